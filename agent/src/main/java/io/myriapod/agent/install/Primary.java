package io.myriapod.agent.install;

import io.myriapod.cni.config.ConfDirectory.Contents;
import io.myriapod.cni.config.ConfDirectory.Found;
import io.myriapod.cni.config.ConfDirectory.Problem;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The network that a node's pods have as their default one. It is never guessed: with several
 * networks in the folder it must be named, since which one comes first changes while a node boots.
 *
 * @param file where it is configured
 * @param capabilities of all its plugins together, sorted
 */
record Primary(Path file, String name, Set<String> capabilities) {
  private static final Set<String> METAS = Set.of("multus", "multus-shim");

  /**
   * Chooses it.
   *
   * @param wanted its name; without one it must be the only network
   * @return empty if there is none yet
   * @throws CniException 7 if the files do not say which one it is, or it cannot be wrapped
   */
  static Optional<Primary> of(Contents contents, Optional<String> wanted) {
    List<Found> candidates =
        contents.found().stream()
            .filter(each -> wanted.map(each.list().name()::equals).orElse(!isOurs(each.list())))
            .toList();
    if (candidates.size() > 1) {
      throw ambiguous(candidates, wanted);
    }
    Optional<Found> only = candidates.stream().findFirst();
    contents.problems().stream()
        .filter(problem -> !problem.file().endsWith(NodeFolders.CONFLIST)) // replaced anyway
        .filter(problem -> only.isEmpty() || comesBefore(problem, only.get()))
        .findFirst()
        .ifPresent(Primary::refuse);
    return only.map(Primary::of);
  }

  private static Primary of(Found found) {
    NetworkList list = found.list();
    if (isOurs(list)) {
      throw refusal(
          found.file() + ": is Myriapod's own network", "name the one that it shall wrap");
    }
    if (list.plugins().stream().map(NetworkConfig::type).anyMatch(METAS::contains)) {
      throw refusal(
          found.file() + ": network \"%s\" is Multus's".formatted(list.name()),
          "both would attach a pod's networks; remove Multus first (docs/migration.md), or name"
              + " another network with --primary");
    }
    Set<String> capabilities =
        IntStream.range(0, list.plugins().size())
            .mapToObj(list::capabilities)
            .flatMap(Set::stream)
            .collect(Collectors.toCollection(TreeSet::new));
    return new Primary(found.file(), list.name(), capabilities);
  }

  static boolean isOurs(NetworkList list) {
    return list.plugins().stream().anyMatch(plugin -> plugin.type().equals(NodeFolders.PROGRAM));
  }

  /** The runtime, too, would meet it first. */
  private static boolean comesBefore(Problem problem, Found found) {
    return problem.file().compareTo(found.file()) < 0;
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
