package io.myriapod.deviceplugin.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one list of pools has, and another has not.
 *
 * @param added resources, in the order of the new list
 * @param removed resources, in the order of the old one
 * @param changed by resource, sorted: keys as they are written, such as {@code
 *     selectors[0].pfNames}
 * @param reordered whether resources of both lists changed places: the first one that selects a
 *     device has it
 */
public record PoolsDifference(
    List<ResourceName> added,
    List<ResourceName> removed,
    Map<ResourceName, List<String>> changed,
    boolean reordered) {
  /** All keys of an entry but its name and its selectors. */
  static final Map<String, Function<PoolConfig, Object>> VALUES = new LinkedHashMap<>();

  static {
    VALUES.put(PoolReader.DEVICE_TYPE, PoolConfig::type);
    VALUES.put(PoolReader.EXCLUDE_TOPOLOGY, PoolConfig::excludeTopology);
    VALUES.put(PoolReader.ADDITIONAL_INFO, PoolConfig::additionalInfo);
    VALUES.put(PoolReader.DRIVER, PoolConfig::driver);
    VALUES.put(PoolReader.ALLOCATION_POLICY, PoolConfig::policy);
    VALUES.put(PoolReader.CARRIER, PoolConfig::carrier);
  }

  /** Copies the collections, which keep their order. */
  public PoolsDifference {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    Map<ResourceName, List<String>> copy = new TreeMap<>();
    changed.forEach((resource, keys) -> copy.put(resource, List.copyOf(keys)));
    changed = Collections.unmodifiableMap(copy);
  }

  /** What turns one list into the other. */
  public static PoolsDifference between(List<PoolConfig> before, List<PoolConfig> after) {
    Map<ResourceName, PoolConfig> old = byResource(before);
    Map<ResourceName, PoolConfig> fresh = byResource(after);
    Map<ResourceName, List<String>> changed = new TreeMap<>();
    fresh.forEach(
        (resource, pool) ->
            Optional.ofNullable(old.get(resource))
                .filter(one -> !one.equals(pool))
                .ifPresent(one -> changed.put(resource, keys(one, pool))));
    return new PoolsDifference(
        fresh.keySet().stream().filter(resource -> !old.containsKey(resource)).toList(),
        old.keySet().stream().filter(resource -> !fresh.containsKey(resource)).toList(),
        changed,
        !kept(old, fresh).equals(kept(fresh, old)));
  }

  /** In their own order those that the others have, too. */
  private static List<ResourceName> kept(
      Map<ResourceName, PoolConfig> pools, Map<ResourceName, PoolConfig> others) {
    return pools.keySet().stream().filter(others::containsKey).toList();
  }

  private static Map<ResourceName, PoolConfig> byResource(List<PoolConfig> pools) {
    return pools.stream()
        .collect(
            Collectors.toMap(
                PoolConfig::resource, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  private static List<String> keys(PoolConfig old, PoolConfig fresh) {
    List<String> keys = new ArrayList<>();
    VALUES.forEach(
        (key, value) -> {
          if (!value.apply(old).equals(value.apply(fresh))) {
            keys.add(key);
          }
        });
    keys.addAll(selectorKeys(old.selectors(), fresh.selectors()));
    return keys;
  }

  private static List<String> selectorKeys(List<Selector> old, List<Selector> fresh) {
    if (old.size() != fresh.size()) {
      return List.of(PoolReader.SELECTORS);
    }
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < old.size(); i++) {
      for (SelectorKey key : SelectorKey.values()) {
        if (!Objects.equals(key.in(old.get(i)), key.in(fresh.get(i)))) {
          keys.add("%s[%d].%s".formatted(PoolReader.SELECTORS, i, key.word()));
        }
      }
    }
    return keys;
  }

  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty() && changed.isEmpty() && !reordered;
  }

  /** One for each resource: removed ones, added ones, changed ones; then their order. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    removed.forEach(resource -> sentences.add("resource %s is removed".formatted(resource)));
    added.forEach(resource -> sentences.add("resource %s is added".formatted(resource)));
    changed.forEach(
        (resource, keys) ->
            sentences.add(
                "resource %s has another %s".formatted(resource, String.join(", ", keys))));
    if (reordered) {
      sentences.add("resources are in another order: the first that selects a device has it");
    }
    return sentences;
  }
}
