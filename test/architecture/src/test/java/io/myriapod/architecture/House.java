package io.myriapod.architecture;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The modules, each by its root package below {@code io.myriapod}, and whom each may use. */
final class House {
  static final String ROOT = "io.myriapod.";

  /**
   * Module package → packages of the modules it may use. An arrow that is not here is forbidden.
   */
  static final Map<String, Set<String>> ARROWS =
      new TreeMap<>(
          Map.ofEntries(
              entry("types", Set.of()),
              entry("linux", Set.of("types")),
              entry("cni", Set.of("types")),
              entry("journal", Set.of("types")),
              entry("kubelet", Set.of()),
              entry("kubernetes", Set.of("types", "kubelet")),
              entry("vfio", Set.of("types", "journal", "linux")),
              entry(
                  "deviceplugin",
                  Set.of("types", "kubernetes", "kubelet", "vfio", "journal", "linux")),
              entry("ipam", Set.of("types", "cni", "linux")),
              entry("base", Set.of("types", "cni", "ipam", "journal", "linux", "vfio")),
              entry("child", Set.of("types", "cni", "ipam", "journal", "linux")),
              entry("sriov", Set.of("types", "cni", "ipam", "journal", "linux", "vfio")),
              entry("multus", Set.of("types", "kubernetes", "cni", "journal")),
              entry(
                  "agent",
                  Set.of(
                      "types",
                      "linux",
                      "cni",
                      "journal",
                      "kubernetes",
                      "deviceplugin",
                      "vfio",
                      "ipam",
                      "base",
                      "child",
                      "sriov",
                      "multus"))));

  private House() {}

  static String packagesOf(String module) {
    return ROOT + module + "..";
  }

  static String[] forbiddenFor(String module) {
    return ARROWS.keySet().stream()
        .filter(other -> !other.equals(module) && !ARROWS.get(module).contains(other))
        .map(House::packagesOf)
        .toArray(String[]::new);
  }
}
