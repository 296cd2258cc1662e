package io.myriapod.agent.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.spool.Spool;
import io.myriapod.agent.status.StatusClient;
import io.myriapod.agent.status.StatusClient.Question;
import io.myriapod.cni.config.ConfDirectory;
import io.myriapod.cni.config.ConfDirectory.Contents;
import io.myriapod.cni.config.ConfDirectory.Found;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
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
import java.util.stream.Collectors;

/**
 * Makes Myriapod the network of a node's pods and takes it back. Each file is put in place by
 * rename, and nothing of others is touched: the runtime sees the node's former network or ours,
 * never none.
 */
public final class Installation {
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  /** Cilium appends this to the files of all others ({@code cni.exclusive}). */
  private static final String TAKEN_BY_CILIUM = ".cilium_bak";

  private final NodeFolders folders;
  private final Takeover multus;

  public Installation(NodeFolders folders) {
    this(folders, new Takeover(folders, false, false));
  }

  private Installation(NodeFolders folders, Takeover multus) {
    this.folders = folders;
    this.multus = multus;
  }

  /**
   * One that takes the place of Multus.
   *
   * @param replace its programs are set aside, instead of being a reason to refuse
   */
  public static Installation asMultus(NodeFolders folders, boolean replace) {
    return new Installation(folders, new Takeover(folders, true, replace));
  }

  /**
   * What an installation would wrap now.
   *
   * @param name of the node's own network; without it there must be one alone
   * @return empty if there is none yet
   * @throws CniException 7 if the node's files do not say which one it is, or another file would
   *     come before ours
   */
  public Optional<Primary> choose(Optional<String> name) {
    return Primary.of(multus.without(contents()), name);
  }

  /** Where the runtime reads networks, as the node names it. */
  Path folder() {
    return folders.configurations();
  }

  /** The names of all networks that can be read, for a message. */
  String networks() {
    String names =
        contents().found().stream()
            .map(found -> "\"%s\"".formatted(found.list().name()))
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names;
  }

  /**
   * Installs the shim, then the network that wraps the node's own. What is there already stays.
   *
   * @return what was done, a line each; nothing if all was in place
   * @throws CniException 5, 7; the runtime's network is the former one then
   */
  public List<String> install(Path shim, Primary primary) {
    byte[] program = programOf(shim);
    requireFileOrNothing(folders.program());
    requireFileOrNothing(folders.conflist());
    multus.requireNames();
    List<String> done = new ArrayList<>();
    try {
      for (Path name : multus.names()) {
        multus.keep(name);
        replace(name, program, EXECUTABLE, done);
      }
      replace(folders.program(), program, EXECUTABLE, done);
      byte[] network = NodeConflist.of(primary, folders.configurations(), multus.settings());
      replace(folders.conflist(), network, OWNER, done);
      multus.setNetworksAside(done);
    } catch (IOException e) {
      throw failed("install", e);
    }
    return done;
  }

  private static byte[] programOf(Path shim) {
    try {
      byte[] bytes = Files.readAllBytes(shim);
      if (Arrays.equals(Arrays.copyOf(bytes, ELF.length), ELF)) {
        return bytes;
      }
      throw refusal(shim + " is no program of the machine", "give the shim, shim/build/myriapod");
    } catch (IOException e) {
      throw refusal("read the shim: " + e, "say with --shim where it is");
    }
  }

  /** A link or a folder is somebody else's; a file of our name is an older one of ours. */
  private static void requireFileOrNothing(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isFile(file)) {
      throw refusal(file + " is there and no file", "it is none of ours; remove it");
    }
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void replace(
      Path file, byte[] bytes, Set<PosixFilePermission> permissions, List<String> done)
      throws IOException {
    if (isFile(file)
        && Files.getPosixFilePermissions(file).equals(permissions)
        && Arrays.equals(Files.readAllBytes(file), bytes)) {
      return;
    }
    AtomicFile.writeDurably(file, bytes, permissions);
    done.add("wrote " + file);
  }

  /**
   * Looks whether somebody has taken our network away since, as Cilium does.
   *
   * @throws CniException 7 if so
   */
  public void requireInPlace() {
    multus.requireQuiet(contents());
    if (!Files.exists(folders.conflist())) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "install: %s was taken away at once".formatted(folders.conflist()),
          Files.exists(taken())
              ? "Cilium renames the networks of others: set cni.exclusive to false in its"
                  + " configuration, else pods get its network alone"
              : "find out what manages that folder");
    }
  }

  private Path taken() {
    return folders.conflist().resolveSibling(NodeFolders.CONFLIST + TAKEN_BY_CILIUM);
  }

  /**
   * Hands the node back: the runtime finds the node's own network.
   *
   * @return what was done, a line each
   * @throws CniException 5 if a file cannot be removed
   */
  public List<String> handBack() {
    List<String> done = new ArrayList<>();
    try {
      multus.handBack(done);
    } catch (IOException e) {
      throw failed("hand back what Multus had", e);
    }
    for (Path file : List.of(folders.conflist(), taken())) {
      if (isFile(file) && isOurs(file)) {
        remove(file, done);
      }
    }
    return done;
  }

  /** A torn one of our name, too. */
  private static boolean isOurs(Path conflist) {
    try {
      return Primary.callsUs(NetworkList.parse(Files.readAllBytes(conflist)));
    } catch (CniException e) {
      return true;
    } catch (IOException e) {
      throw failed("read " + conflist, e);
    }
  }

  /**
   * Removes the shim, unless it is {@link #needed}.
   *
   * @return what was done, a line each
   * @throws CniException 5 if it cannot be removed
   */
  public List<String> removeShim() {
    List<String> done = new ArrayList<>();
    if (needed().isEmpty()) {
      multus.ours().forEach(name -> remove(name, done));
      if (isFile(folders.program())) {
        remove(folders.program(), done);
      }
    }
    return done;
  }

  /** Why the shim and the agent have to stay; empty if nothing needs them. */
  public Optional<String> needed() {
    List<String> reasons = new ArrayList<>();
    try {
      int attachments = Journal.read(folders.paths().journal()).size();
      long spooled = new Spool(folders.paths().spool()).waiting();
      if (attachments + spooled > 0) {
        reasons.add("%d attachments and %d recorded DELs".formatted(attachments, spooled));
      }
    } catch (IOException e) {
      throw failed("look for what is left", e);
    }
    long calls = callsOnTheirWay();
    if (calls > 0) {
      reasons.add("%d calls on their way".formatted(calls));
    }
    contents().found().stream()
        .filter(found -> Primary.callsUs(found.list()))
        .map(Found::file)
        .forEach(file -> reasons.add("the network in " + file));
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", reasons));
  }

  /** An ADD has no record in the journal before it begins. */
  private long callsOnTheirWay() {
    Optional<ObjectNode> glance = new StatusClient(folders.paths()).ask(Question.GLANCE);
    long calls = 0;
    for (JsonNode lane : glance.map(json -> json.path("queue")).orElseGet(Json::object)) {
      calls += lane.path("running").asLong() + lane.path("waiting").asLong();
    }
    return calls;
  }

  private static void remove(Path file, List<String> done) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw failed("uninstall", e);
    }
    done.add("removed " + file);
  }

  private Contents contents() {
    return new ConfDirectory(folders.configurationsOnDisk()).read();
  }

  private static CniException refusal(String finding, String advice) {
    return new CniException(ErrorCode.INVALID_CONFIG, "install: " + finding, advice);
  }

  private static CniException failed(String attempt, IOException cause) {
    return new CniException(
        ErrorCode.IO,
        "%s: %s".formatted(attempt, cause),
        "check that the folder is there and may be written",
        cause);
  }
}
