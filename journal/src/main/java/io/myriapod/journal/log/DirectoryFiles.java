package io.myriapod.journal.log;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** A real directory. */
public final class DirectoryFiles implements LogFiles {
  private final Path directory;

  public DirectoryFiles(Path directory) {
    this.directory = directory;
  }

  /** Makes the directory if it is absent, for its owner only. */
  public static DirectoryFiles make(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return new DirectoryFiles(directory);
  }

  @Override
  public String where() {
    return directory.toString();
  }

  @Override
  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public byte[] read(String name) throws IOException {
    // not a channel: an interrupt would close that
    try (FileInputStream file = new FileInputStream(directory.resolve(name).toFile())) {
      return file.readAllBytes();
    }
  }

  @Override
  public LogFile create(String name) throws IOException {
    return DirectoryFile.create(directory.resolve(name));
  }

  @Override
  public void cut(String name, long length) throws IOException {
    try (DirectoryFile file =
        DirectoryFile.open(directory.resolve(name), StandardOpenOption.WRITE)) {
      file.cut(length);
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        directory.resolve(from),
        directory.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public void syncDirectory() throws IOException {
    try (DirectoryFile file = DirectoryFile.open(directory, StandardOpenOption.READ)) {
      file.force();
    }
  }

  @Override
  public long usableBytes() {
    return directory.toFile().getUsableSpace();
  }

  @Override
  public boolean writable() {
    return Files.isWritable(directory); // access(2): EROFS shows here even for root
  }
}
