package io.myriapod.kubernetes.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Replaces a file at once: a reader sees the old bytes or the new ones. rename(2). */
public final class AtomicFile {
  /** How the names begin of files that a killed process did not finish. */
  public static final String UNFINISHED = ".tmp-";

  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private AtomicFile() {}

  /** Makes the folder if there is none; nobody but the owner reads the file. */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, bytes, OWNER);
  }

  /** Makes the folder if there is none; the file has those permissions, whatever the umask. */
  public static void write(Path file, byte[] bytes, Set<PosixFilePermission> permissions)
      throws IOException {
    write(file, bytes, permissions, fresh -> {});
  }

  /** The same; when it returns, a power failure loses neither bytes nor name. fsync(2). */
  public static void writeDurably(Path file, byte[] bytes, Set<PosixFilePermission> permissions)
      throws IOException {
    write(file, bytes, permissions, AtomicFile::sync);
    sync(file.toAbsolutePath().getParent());
  }

  /** What is done to the whole file before it gets its name. */
  private interface Last {
    void to(Path fresh) throws IOException;
  }

  private static void write(
      Path file, byte[] bytes, Set<PosixFilePermission> permissions, Last last) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) { // a link to one is refused by createDirectories of JDK 17
      Files.createDirectories(folder);
    }
    Path fresh = Files.createTempFile(folder, UNFINISHED, "");
    try {
      Files.write(fresh, bytes);
      Files.setPosixFilePermissions(fresh, permissions);
      last.to(fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
