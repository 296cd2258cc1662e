package io.myriapod.kubernetes.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path fresh = Files.createTempFile(folder, UNFINISHED, "");
    try {
      Files.write(fresh, bytes);
      Files.setPosixFilePermissions(fresh, permissions);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
