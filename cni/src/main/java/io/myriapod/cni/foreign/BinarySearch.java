package io.myriapod.cni.foreign;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds a plugin's executable. CNI SPEC 1.1.0, {@code CNI_PATH}. */
public final class BinarySearch {
  /** What the links for single built-in plugins lead to; to execute one would call us back. */
  private static final String OURSELVES = "myriapod";

  private BinarySearch() {}

  /**
   * The first regular executable file of that name in the directories, in their order. A link to
   * our own executable is passed over.
   */
  public static Optional<Path> find(String type, List<Path> searchPath) {
    return searchPath.stream()
        .map(directory -> directory.resolve(type))
        .filter(file -> file.getFileName().toString().equals(type))
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .filter(file -> type.equals(OURSELVES) || !leadsToOurselves(file))
        .findFirst();
  }

  /**
   * As {@link #find}, for a plugin that must be there.
   *
   * @param why the node's own executable is wanted; empty if the type is simply not built in
   * @throws CniException 7 naming type, directories and reason
   */
  public static Path require(String type, List<Path> searchPath, String why) {
    return find(type, searchPath)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "plugin %s is not in %s%s"
                        .formatted(
                            Quoted.shortened(type), searchPath, why.isEmpty() ? "" : ": " + why),
                    "install the plugin's executable in one of these directories, or correct the network configuration"));
  }

  /** Whether to execute the file would call us back. */
  public static boolean leadsToOurselves(Path file) {
    try {
      return file.toRealPath().getFileName().toString().equals(OURSELVES);
    } catch (IOException e) {
      return false; // it vanished between two looks; executing it will say so
    }
  }
}
