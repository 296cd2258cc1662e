package io.myriapod.ipam.lease;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** What can go wrong with a lease directory itself. */
final class LeaseErrors {
  private LeaseErrors() {}

  static CniException io(String attempt, IOException cause) {
    return new CniException(
        ErrorCode.IO,
        "%s: %s".formatted(attempt, finding(cause)),
        "see that the file system is mounted, writable and not full",
        cause);
  }

  static CniException busy(Path lockFile) {
    return new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "lock %s: still held by another operation at the deadline".formatted(lockFile),
        "run `fuser -v %s` to see which process holds it".formatted(lockFile));
  }

  private static String finding(IOException cause) {
    if (cause instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    String kind = cause.getClass().getSimpleName().replace("Exception", "");
    return cause.getMessage() == null ? kind : kind + " " + cause.getMessage();
  }
}
