package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is another in one inventory than in the one before, as sentences for the log. */
record InventoryNews(Inventory former, Inventory now) {
  private static final int SHOWN = 4;
  private static final int MOST_CHARACTERS = 1000;

  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    grouped(now, former).forEach((pool, ids) -> sentences.add(sentence(pool, "new", ids)));
    grouped(former, now).forEach((pool, ids) -> sentences.add(sentence(pool, "gone", ids)));
    turns().forEach((turn, ids) -> sentences.add(turn.sentence(ids)));
    contested().forEach((pools, ids) -> sentences.add("%s: %s".formatted(pools, shown(ids))));
    // an interface comes home under the name that a pod gave it
    return sentences.stream().map(one -> Quoted.oneLine(one, MOST_CHARACTERS)).toList();
  }

  /** Those that a pool has in the one and does not have in the other. */
  private static Map<ResourceName, List<String>> grouped(Inventory in, Inventory notIn) {
    return in.entries().stream()
        .filter(entry -> entry.resource().isPresent())
        .filter(entry -> !resourceIn(notIn, entry).equals(entry.resource()))
        .collect(
            Collectors.groupingBy(
                entry -> entry.resource().orElseThrow(),
                TreeMap::new,
                Collectors.mapping(InventoryNews::id, Collectors.toList())));
  }

  private static Optional<ResourceName> resourceIn(Inventory other, Entry entry) {
    return other.find(entry.device().id()).flatMap(Entry::resource);
  }

  private static String id(Entry entry) {
    return entry.device().id().value();
  }

  private static String sentence(ResourceName pool, String what, List<String> ids) {
    return "%s: %d %s: %s".formatted(pool, ids.size(), what, shown(ids));
  }

  private static String shown(List<String> ids) {
    String first = ids.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return ids.size() > SHOWN ? first + ", …" : first;
  }

  /**
   * Another health in the same pool. A device that is ill from the start is told of as well. When a
   * card loses its carrier, all its functions do: they are told of together.
   */
  private record Turn(ResourceName pool, Optional<String> illness) {
    String sentence(List<String> ids) {
      boolean one = ids.size() == 1;
      String who = one ? ids.get(0) : ids.size() + " devices";
      String verb = one ? "is" : "are";
      String health =
          illness
              .map(text -> "%s unhealthy: %s %s".formatted(verb, one ? "it" : "each", text))
              .orElse(verb + " healthy again");
      String text = "%s: %s %s".formatted(pool, who, health);
      return one ? text : "%s: %s".formatted(text, shown(ids));
    }
  }

  private Map<Turn, List<String>> turns() {
    return now.entries().stream()
        .filter(entry -> entry.resource().isPresent())
        .filter(entry -> !illnessBefore(entry).equals(entry.obstacle()))
        .collect(
            Collectors.groupingBy(
                entry -> new Turn(entry.resource().orElseThrow(), entry.obstacle()),
                LinkedHashMap::new,
                Collectors.mapping(InventoryNews::id, Collectors.toList())));
  }

  private Optional<String> illnessBefore(Entry entry) {
    return former
        .find(entry.device().id())
        .filter(one -> one.resource().equals(entry.resource()))
        .flatMap(Entry::obstacle);
  }

  /** Devices that several pools want, by which ones; told once. */
  private Map<String, List<String>> contested() {
    return now.entries().stream()
        .filter(entry -> !entry.others().isEmpty())
        .filter(
            entry ->
                former
                    .find(entry.device().id())
                    .filter(one -> one.others().equals(entry.others()))
                    .filter(one -> one.resource().equals(entry.resource()))
                    .isEmpty())
        .collect(
            Collectors.groupingBy(
                InventoryNews::contest,
                TreeMap::new,
                Collectors.mapping(InventoryNews::id, Collectors.toList())));
  }

  private static String contest(Entry entry) {
    List<String> others = entry.others().stream().map(ResourceName::toString).toList();
    return "%s has devices that %s %s too"
        .formatted(
            entry.resource().orElseThrow(),
            String.join(", ", others),
            others.size() == 1 ? "wants" : "want");
  }
}
