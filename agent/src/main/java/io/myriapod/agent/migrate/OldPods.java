package io.myriapod.agent.migrate;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.error.CniException;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The pods that the files of Multus and of libcni tell of. */
final class OldPods {
  private static final InterfaceName USUAL = new InterfaceName("eth0");
  private static final String RESULTS = "results";

  private final List<Unread> unread = new ArrayList<>();
  private final Map<ContainerId, Path> files = new TreeMap<>();
  private final Map<ContainerId, List<CachedDelegate>> delegates = new TreeMap<>();
  private final Map<ContainerId, List<CachedResult>> results = new TreeMap<>();
  private final Map<ContainerId, CachedResult> ofRuntime = new TreeMap<>();

  /**
   * Reads them.
   *
   * @param multus its {@code cniDir}
   * @param runtime the folder in which the container runtime's libcni keeps results
   */
  OldPods(Path multus, Path runtime) {
    CacheFolder.read(multus, unread::add).forEach(this::addDelegates);
    CacheFolder.read(multus.resolve(RESULTS), unread::add).forEach(this::addResult);
    CacheFolder.read(runtime, unread::add).forEach(this::addOfRuntime);
  }

  /** What was found and is left. */
  List<Unread> unread() {
    return List.copyOf(unread);
  }

  private void addDelegates(CacheFolder.One file) {
    try {
      ContainerId container = new ContainerId(file.name());
      files.put(container, file.path());
      delegates.put(container, CachedDelegate.of(file));
    } catch (CniException | IllegalArgumentException e) {
      unread.add(new Unread(file.path(), e.getMessage()));
    }
  }

  private void addResult(CacheFolder.One file) {
    read(file, name -> true).filter(one -> !one.isOfMeta()).ifPresent(this::add);
  }

  /** Of Multus's own calls; releases without a cache of their own left their networks' there. */
  private void addOfRuntime(CacheFolder.One file) {
    Optional<CachedResult> read = read(file, this::isOfKnown);
    read.filter(CachedResult::isOfMeta).ifPresent(one -> ofRuntime.put(one.container(), one));
    read.filter(one -> !one.isOfMeta())
        .filter(one -> isKnown(one.container()) && !knows(one))
        .filter(one -> !one.interfaceName().value().equals("lo"))
        .ifPresent(this::add);
  }

  /** Others' files are none of our business, whatever is in them. */
  private boolean isOfKnown(String name) {
    return Stream.of(files, results)
        .flatMap(each -> each.keySet().stream())
        .anyMatch(container -> name.contains("-" + container + "-"));
  }

  private boolean isKnown(ContainerId container) {
    return files.containsKey(container) || results.containsKey(container);
  }

  private void add(CachedResult one) {
    results.computeIfAbsent(one.container(), container -> new ArrayList<>()).add(one);
  }

  private boolean knows(CachedResult one) {
    return results.getOrDefault(one.container(), List.of()).stream()
        .anyMatch(other -> other.interfaceName().equals(one.interfaceName()));
  }

  private Optional<CachedResult> read(CacheFolder.One file, Predicate<String> isTold) {
    try {
      return Optional.of(CachedResult.of(file));
    } catch (CniException e) {
      if (isTold.test(file.name())) {
        unread.add(new Unread(file.path(), e.getMessage()));
      }
      return Optional.empty();
    }
  }

  /** The pods, by container. */
  List<OldPod> all() {
    Set<ContainerId> containers = new TreeSet<>(delegates.keySet());
    containers.addAll(results.keySet());
    return containers.stream().map(this::pod).toList();
  }

  private OldPod pod(ContainerId container) {
    Optional<CachedResult> called = Optional.ofNullable(ofRuntime.get(container));
    InterfaceName first = called.map(CachedResult::interfaceName).orElse(USUAL);
    List<CachedResult> cached = results.getOrDefault(container, List.of());
    Optional<Path> netns =
        Stream.concat(cached.stream(), called.stream())
            .flatMap(one -> one.netns().stream())
            .findFirst();
    return new OldPod(
        container,
        first,
        attachments(
            delegates.getOrDefault(container, List.of()),
            cached,
            first,
            Stream.concat(called.stream(), cached.stream())
                .map(CachedResult::args)
                .findFirst()
                .orElse(CniArgs.empty())),
        netns,
        Optional.ofNullable(files.get(container)));
  }

  /** Those of Multus's file in its order, then those that only libcni knows. */
  private static List<OldAttachment> attachments(
      List<CachedDelegate> delegates,
      List<CachedResult> cached,
      InterfaceName first,
      CniArgs args) {
    Map<InterfaceName, CachedResult> left = new LinkedHashMap<>();
    cached.stream()
        .sorted(firstThenByName(first))
        .forEach(one -> left.put(one.interfaceName(), one));
    Map<InterfaceName, OldAttachment> all = new LinkedHashMap<>();
    for (CachedDelegate each : delegates) {
      InterfaceName name = each.interfaceName(first);
      Optional<CachedResult> result = Optional.ofNullable(left.remove(name));
      all.putIfAbsent(name, new OldAttachment(all.size(), name, Optional.of(each), result, args));
    }
    left.forEach(
        (name, one) ->
            all.put(
                name,
                new OldAttachment(all.size(), name, Optional.empty(), Optional.of(one), args)));
    return List.copyOf(all.values());
  }

  private static Comparator<CachedResult> firstThenByName(InterfaceName first) {
    return Comparator.comparing((CachedResult one) -> !one.interfaceName().equals(first))
        .thenComparing(CachedResult::interfaceName);
  }
}
