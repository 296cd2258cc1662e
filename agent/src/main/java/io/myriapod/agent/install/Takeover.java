package io.myriapod.agent.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.config.ConfDirectory;
import io.myriapod.cni.config.ConfDirectory.Contents;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the place of Multus on a node: the shim answers to its names as well, which DELs of its
 * pods may ask for, and its networks are set aside. Whatever was there is kept beside, under a name
 * that no runtime reads, until the node is handed back.
 */
final class Takeover {
  /** What the name of a file of Multus gets while it is set aside. */
  static final String ASIDE = ".before-myriapod";

  private static final List<String> NAMES = List.of("multus", "multus-shim");

  /** As its generator calls its file, which may be empty as well. */
  private static final String GENERATED = "00-multus";

  /** In every shim of ours, and in no program of Multus. */
  private static final byte[] OUR_SOCKET = "/run/myriapod/".getBytes(StandardCharsets.UTF_8);

  /** What of a configuration of Multus goes on to count. */
  private static final List<String> KEPT =
      List.of(
          "defaultNetworks",
          "systemNamespaces",
          "multusNamespace",
          "namespaceIsolation",
          "globalNamespaces",
          "confDir",
          "binDir",
          "readinessindicatorfile",
          "auxiliaryCNIChainName");

  private static final Set<String> FILES = Set.of("confDir", "binDir", "readinessindicatorfile");

  private final NodeFolders folders;
  private final boolean wanted;
  private final boolean replace;

  /**
   * @param wanted else what an earlier one did is kept up, and no more is taken
   * @param replace programs of Multus are set aside as well
   */
  Takeover(NodeFolders folders, boolean wanted, boolean replace) {
    this.folders = folders;
    this.wanted = wanted;
    this.replace = replace;
  }

  /** The networks without those that are set aside. */
  Contents without(Contents contents) {
    return wanted
        ? new Contents(
            contents.found().stream().filter(each -> !isOfMultus(each.list())).toList(),
            contents.problems().stream().filter(each -> !isGenerated(each.file())).toList())
        : contents;
  }

  private static boolean isOfMultus(NetworkList list) {
    return list.plugins().stream().map(NetworkConfig::type).anyMatch(NAMES::contains);
  }

  private static boolean isGenerated(Path file) {
    return file.getFileName().toString().startsWith(GENERATED);
  }

  /**
   * What the configuration of Multus says that goes on to count, as long as it is set aside; paths
   * as the node has them.
   *
   * @throws IOException if a folder cannot be read
   */
  ObjectNode settings() throws IOException {
    ObjectNode kept = Json.object();
    Optional<NetworkConfig> multus = configuration();
    for (String key : KEPT) {
      multus
          .flatMap(one -> one.root().value(key))
          .ifPresent(value -> kept.set(key, on(key, value)));
    }
    return kept;
  }

  /** Its generator writes what its container sees. */
  private static JsonNode on(String key, JsonNode value) {
    return FILES.contains(key) && value.isTextual()
        ? TextNode.valueOf(value.textValue().replaceFirst("^/host(root)?/", "/"))
        : value;
  }

  private Optional<NetworkConfig> configuration() throws IOException {
    List<NetworkList> lists = new ArrayList<>();
    if (wanted) {
      new ConfDirectory(folders.configurationsOnDisk())
          .read()
          .found()
          .forEach(found -> lists.add(found.list()));
    }
    for (Path aside : aside(folders.configurationsOnDisk())) {
      parsed(aside).ifPresent(lists::add);
    }
    return lists.stream()
        .flatMap(list -> list.plugins().stream())
        .filter(plugin -> NAMES.contains(plugin.type()))
        .findFirst();
  }

  private static Optional<NetworkList> parsed(Path file) throws IOException {
    try {
      return Optional.of(NetworkList.parseAny(Files.readAllBytes(file), Optional.of("multus")));
    } catch (CniException e) {
      return Optional.empty();
    }
  }

  /**
   * Looks whether its names are free.
   *
   * @throws CniException 7 if one is Multus's own program, and that is not to be set aside
   */
  void requireNames() {
    if (!wanted || replace) {
      return;
    }
    for (Path program : programs()) {
      if (Files.exists(program, LinkOption.NOFOLLOW_LINKS) && !isOurs(program)) {
        throw new CniException(
            ErrorCode.INVALID_CONFIG,
            "install: %s is there and none of ours".formatted(program),
            "with --replace it is kept as %s%s until the node is handed back"
                .formatted(program.getFileName(), ASIDE));
      }
    }
  }

  /**
   * Where the shim is to answer to its names; where it does already, if that is not wanted anew.
   */
  List<Path> names() {
    return wanted ? programs() : ours();
  }

  private List<Path> programs() {
    return NAMES.stream().map(name -> folders.program().resolveSibling(name)).toList();
  }

  private static boolean isOurs(Path program) {
    try {
      return Files.isRegularFile(program, LinkOption.NOFOLLOW_LINKS)
          && contains(Files.readAllBytes(program), OUR_SOCKET);
    } catch (IOException e) {
      throw new CniException(
          ErrorCode.IO, "read %s: %s".formatted(program, e), "look what it is", e);
    }
  }

  private static boolean contains(byte[] text, byte[] word) {
    return new String(text, StandardCharsets.ISO_8859_1)
        .contains(new String(word, StandardCharsets.ISO_8859_1));
  }

  /** Keeps what is there under that name, which stays in place until it is written over. */
  void keep(Path program) throws IOException {
    if (Files.exists(program, LinkOption.NOFOLLOW_LINKS) && !isOurs(program)) {
      Path kept = asideOf(program);
      Files.deleteIfExists(kept); // of an older Multus
      if (Files.isSymbolicLink(program)) {
        Files.createSymbolicLink(kept, Files.readSymbolicLink(program));
      } else {
        Files.createLink(kept, program);
      }
    }
  }

  /** Sets its networks aside, once ours is there. */
  void setNetworksAside(List<String> done) throws IOException {
    if (wanted) {
      Contents contents = new ConfDirectory(folders.configurationsOnDisk()).read();
      List<Path> files = new ArrayList<>();
      contents.found().stream()
          .filter(each -> isOfMultus(each.list()))
          .forEach(each -> files.add(each.file()));
      contents.problems().stream()
          .filter(each -> isGenerated(each.file()))
          .forEach(each -> files.add(each.file()));
      for (Path file : files) {
        move(file, asideOf(file));
        done.add("set aside " + file);
      }
    }
  }

  /**
   * Looks whether Multus is still at work.
   *
   * @throws CniException 7 if its network is there again
   */
  void requireQuiet(Contents contents) {
    if (wanted) {
      contents.found().stream()
          .filter(each -> isOfMultus(each.list()))
          .findFirst()
          .ifPresent(
              each -> {
                throw new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "install: %s was written anew at once".formatted(each.file()),
                    "take away the DaemonSet of Multus, then install again");
              });
    }
  }

  /** Gives back what was set aside: first the programs, so that the networks find them. */
  void handBack(List<String> done) throws IOException {
    for (Path kept : aside(folders.program().getParent())) {
      giveBack(kept, isOurs(originalOf(kept)), done);
    }
    for (Path kept : aside(folders.configurationsOnDisk())) {
      giveBack(kept, false, done);
    }
  }

  /** What Multus has written there meanwhile is newer. */
  private static void giveBack(Path kept, boolean over, List<String> done) throws IOException {
    Path original = originalOf(kept);
    if (over || !Files.exists(original, LinkOption.NOFOLLOW_LINKS)) {
      move(kept, original);
      done.add("gave back " + original);
    } else {
      Files.delete(kept);
      done.add("removed " + kept + ", since there is a newer one");
    }
  }

  /** Where the shim answers to its names. */
  List<Path> ours() {
    return programs().stream().filter(Takeover::isOurs).toList();
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path asideOf(Path file) {
    return file.resolveSibling(file.getFileName() + ASIDE);
  }

  private static Path originalOf(Path kept) {
    String name = kept.getFileName().toString();
    return kept.resolveSibling(name.substring(0, name.length() - ASIDE.length()));
  }

  private static List<Path> aside(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + ASIDE)) {
        entries.forEach(files::add);
      }
    }
    files.sort(null);
    return files;
  }
}
