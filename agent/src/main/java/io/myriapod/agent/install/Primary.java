package io.myriapod.agent.install;

import io.myriapod.cni.config.ConfDirectory.Contents;
import io.myriapod.cni.config.ConfDirectory.Found;
import io.myriapod.cni.config.ConfDirectory.Problem;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.multus.config.MultusConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The network that a node's pods have as their default one. It is never guessed: with several
 * networks in the folder it must be named, since which one comes first changes while a node boots.
 *
 * @param file where it is configured
 * @param cniVersion as written there, which the node's runtime knows
 * @param capabilities of all its plugins together, sorted
 */
public record Primary(Path file, String name, String cniVersion, Set<String> capabilities) {
  /**
   * Chooses it.
   *
   * @param contents of the runtime's folder
   * @param wanted its name; without one it must be the only network
   * @return empty if there is none yet
   * @throws CniException 7 if the files do not say which one it is, or it cannot be wrapped
   */
  static Optional<Primary> of(Contents contents, Optional<String> wanted) {
    requireOursFirst(contents);
    List<Found> candidates =
        contents.found().stream()
            .filter(each -> !isOurFile(each.file()))
            .filter(each -> wanted.map(each.list().name()::equals).orElse(true))
            .toList();
    if (candidates.size() > 1) {
      throw ambiguous(candidates, wanted);
    }
    Optional<Found> only = candidates.stream().findFirst();
    contents.problems().stream()
        .filter(problem -> !isOurFile(problem.file())) // torn; is written anew
        .filter(problem -> only.isEmpty() || problem.file().compareTo(only.get().file()) < 0)
        .findFirst()
        .ifPresent(Primary::refuse);
    return only.map(Primary::of);
  }

  /** The runtime reads the first file by name, and with it the network that it names. */
  private static void requireOursFirst(Contents contents) {
    contents.found().stream()
        .filter(each -> isOurFile(each.file()) && !callsUs(each.list()))
        .findFirst()
        .ifPresent(
            each -> {
              throw refusal(
                  each.file() + ": has our name, and is none of ours", "give it another name");
            });
    Stream.concat(
            contents.found().stream().map(Found::file),
            contents.problems().stream().map(Problem::file))
        .filter(file -> file.getFileName().toString().compareTo(NodeFolders.CONFLIST) < 0)
        .findFirst()
        .ifPresent(
            file -> {
              throw refusal(
                  "the runtime reads %s before %s".formatted(file, NodeFolders.CONFLIST),
                  "give it a later name, or remove it; if it is of Multus, install --as multus"
                      + " (docs/migration.md)");
            });
  }

  private static Primary of(Found found) {
    NetworkList list = found.list();
    if (list.plugins().stream()
        .map(NetworkConfig::type)
        .anyMatch(MultusConfig.OWN_TYPES::contains)) {
      throw refusal(
          "%s: network \"%s\" is Myriapod's or Multus's own".formatted(found.file(), list.name()),
          "both would attach a pod's networks; remove it, or name another one with --primary");
    }
    Set<String> capabilities =
        IntStream.range(0, list.plugins().size())
            .mapToObj(list::capabilities)
            .flatMap(Set::stream)
            .collect(Collectors.toCollection(TreeSet::new));
    String version = list.source().root().string("cniVersion").orElse(CniVersion.V1_0_0.text());
    return new Primary(found.file(), list.name(), version, capabilities);
  }

  private static boolean isOurFile(Path file) {
    return file.endsWith(NodeFolders.CONFLIST);
  }

  /** Whether the runtime executes the shim for it. */
  static boolean callsUs(NetworkList list) {
    return list.plugins().stream().anyMatch(plugin -> plugin.type().equals(NodeFolders.PROGRAM));
  }

  private static void refuse(Problem problem) {
    throw refusal(
        problem.error().getMessage(), "mend or remove that file; it may be the node's network");
  }

  private static CniException ambiguous(List<Found> candidates, Optional<String> wanted) {
    String files =
        candidates.stream()
            .map(each -> "\"%s\" in %s".formatted(each.list().name(), each.file().getFileName()))
            .collect(Collectors.joining(", "));
    return refusal(
        "several networks could be the node's: " + files,
        wanted.isPresent()
            ? "a name may be there once; remove the files that are not needed"
            : "say which one with --primary NAME");
  }

  private static CniException refusal(String finding, String advice) {
    return new CniException(
        ErrorCode.INVALID_CONFIG, "choose the node's default network: " + finding, advice);
  }
}
