package io.myriapod.agent.install;

import io.myriapod.agent.spool.Spool;
import io.myriapod.cni.config.ConfDirectory;
import io.myriapod.cni.config.ConfDirectory.Contents;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.Journal;
import io.myriapod.kubernetes.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes Myriapod the network of a node's pods and takes it back. Each file is put in place by
 * rename, and nothing of others is touched: the runtime sees the node's former network or ours,
 * never none.
 */
public final class Installation {
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  /** Cilium appends this to the files of all others ({@code cni.exclusive}). */
  private static final String TAKEN_BY_CILIUM = ".cilium_bak";

  private final NodeFolders folders;

  public Installation(NodeFolders folders) {
    this.folders = folders;
  }

  /**
   * What an installation would wrap now.
   *
   * @param primary the name of the node's own network; without it there must be one alone
   * @return empty if there is none yet; a text that changes when what was found does
   * @throws CniException 7 if the node's files do not say which one it is
   */
  public Optional<String> found(Optional<String> primary) {
    return Primary.of(contents(), primary).map(Primary::toString);
  }

  /**
   * Installs the shim, then the network that wraps the node's own. What is there already stays.
   *
   * @return what was done, a line each; nothing if all was in place
   * @throws CniException 5, 7; the runtime's network is the former one then
   */
  public List<String> install(Path shim, Optional<String> primary) {
    Primary chosen =
        Primary.of(contents(), primary)
            .orElseThrow(
                () ->
                    new CniException(
                        ErrorCode.TRY_AGAIN_LATER,
                        "choose the node's default network: none in %s"
                            .formatted(folders.configurationsHere()),
                        "install the cluster's network first"));
    List<String> done = new ArrayList<>();
    try {
      refuseToReplace(folders.program(), "the shim");
      replace(folders.program(), Files.readAllBytes(shim), EXECUTABLE, done);
      refuseToReplace(folders.conflist(), "the network");
      replace(
          folders.conflist(),
          NodeConflist.of(chosen, folders.configurations()),
          PosixFilePermissions.fromString("rw-------"),
          done);
    } catch (IOException e) {
      throw unwritten("install", e);
    }
    return done;
  }

  /** A link or a folder is somebody else's; a file of our name is an older one of ours. */
  private static void refuseToReplace(Path file, String what) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "install %s: %s is there and no file".formatted(what, file),
          "it is none of ours; remove it");
    }
  }

  private static void replace(
      Path file, byte[] bytes, Set<PosixFilePermission> permissions, List<String> done)
      throws IOException {
    if (Files.isRegularFile(file)
        && Files.getPosixFilePermissions(file).equals(permissions)
        && Arrays.equals(Files.readAllBytes(file), bytes)) {
      return;
    }
    AtomicFile.write(file, bytes, permissions);
    done.add("wrote " + file);
  }

  /** What somebody else does to the folder; empty if nothing is amiss. */
  public List<String> findings() {
    Path taken = folders.conflist().resolveSibling(NodeFolders.CONFLIST + TAKEN_BY_CILIUM);
    return Files.exists(taken)
        ? List.of(
            "%s: Cilium renames the networks of all others; set cni.exclusive to false in its"
                    .formatted(taken)
                + " configuration, else pods get its network alone")
        : List.of();
  }

  /**
   * Hands the node back: the network goes first, the shim when nothing needs it any more.
   *
   * @return what was done, a line each
   * @throws CniException 5 if a file cannot be removed
   */
  public List<String> uninstall() {
    List<String> done = new ArrayList<>();
    try {
      if (isOurs(folders.conflist())) {
        remove(folders.conflist(), done);
      }
      if (needed().isEmpty()) {
        remove(folders.program(), done);
      }
    } catch (IOException e) {
      throw unwritten("uninstall", e);
    }
    return done;
  }

  /** Why the shim and the agent have to stay; empty if nothing needs them. */
  public Optional<String> needed() {
    try {
      int attachments = Journal.read(folders.paths().journal()).size();
      long spooled = new Spool(folders.paths().spool()).waiting();
      return attachments == 0 && spooled == 0
          ? Optional.empty()
          : Optional.of("%d attachments and %d recorded DELs".formatted(attachments, spooled));
    } catch (IOException e) {
      throw unwritten("look for what is left", e);
    }
  }

  private static boolean isOurs(Path conflist) {
    try {
      return Files.isRegularFile(conflist) && Primary.isOurs(ConfDirectory.load(conflist));
    } catch (CniException e) {
      return false;
    }
  }

  private static void remove(Path file, List<String> done) throws IOException {
    if (Files.deleteIfExists(file)) {
      done.add("removed " + file);
    }
  }

  private Contents contents() {
    return new ConfDirectory(folders.configurationsHere()).read();
  }

  private static CniException unwritten(String attempt, IOException cause) {
    return new CniException(
        ErrorCode.IO,
        "%s: %s".formatted(attempt, cause),
        "check that the folder is there and may be written",
        cause);
  }
}
