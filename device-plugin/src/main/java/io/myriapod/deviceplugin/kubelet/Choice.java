package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.config.AllocationPolicy;
import io.myriapod.deviceplugin.kubelet.Preference.Candidate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One choice among devices that are equally fit, one after the other: each time a physical function
 * is chosen and its next device taken. Among equals the first one is, in the order of the pool.
 */
final class Choice {
  private final AllocationPolicy policy;
  private final List<Candidate> chosen;
  private final List<Candidate> free;

  /**
   * @param chosen those that the container has already; what is taken is added
   * @param free not changed
   */
  Choice(AllocationPolicy policy, List<Candidate> chosen, List<Candidate> free) {
    this.policy = policy;
    this.chosen = chosen;
    this.free = free;
  }

  /** Takes that many; there are no fewer. */
  void take(int count) {
    if (policy != AllocationPolicy.NUMA) {
      take(free, count, order());
      return;
    }
    int missing = count;
    for (List<Candidate> node : nodes(count)) {
      int here = Math.min(missing, node.size());
      take(node, here, order());
      missing -= here;
    }
  }

  private Comparator<Card> order() {
    return switch (policy) {
      case PACKED, NUMA -> Comparator.comparingInt(Card::free);
      case SPREAD ->
          Comparator.comparingInt(Card::free).reversed().thenComparingInt(card -> card.taken);
      case DISTINCT_PF ->
          Comparator.<Card>comparingInt(card -> card.taken)
              .thenComparing(Comparator.comparingInt(Card::free).reversed());
    };
  }

  private void take(List<Candidate> from, int count, Comparator<Card> order) {
    Map<String, Card> cards = new LinkedHashMap<>();
    from.forEach(one -> cards.computeIfAbsent(one.physical(), any -> new Card()).add(one));
    for (Candidate one : chosen) {
      Optional.ofNullable(cards.get(one.physical())).ifPresent(card -> card.taken++);
    }
    for (int i = 0; i < count; i++) {
      Card best = cards.values().stream().filter(card -> card.free() > 0).min(order).orElseThrow();
      chosen.add(best.take());
    }
  }

  /**
   * The NUMA nodes' devices, in the order in which nodes are used: those that have enough first, of
   * these the one where the container has most already, then the one with the fewest; else the ones
   * with the most, so that it needs few nodes. Last those of which no node is known.
   */
  private List<List<Candidate>> nodes(int count) {
    Map<Integer, List<Candidate>> known =
        free.stream()
            .filter(one -> one.numaNode().isPresent())
            .collect(Collectors.groupingBy(one -> one.numaNode().get()));
    List<Integer> order = new ArrayList<>(known.keySet());
    order.sort(
        Comparator.<Integer, Boolean>comparing(node -> known.get(node).size() < count)
            .thenComparing(Comparator.comparingLong(this::chosenOn).reversed())
            .thenComparingInt(node -> sizeOrder(known.get(node).size(), count))
            .thenComparing(Comparator.naturalOrder()));
    List<List<Candidate>> nodes = new ArrayList<>();
    order.forEach(node -> nodes.add(known.get(node)));
    nodes.add(free.stream().filter(one -> one.numaNode().isEmpty()).toList());
    return nodes;
  }

  private static int sizeOrder(int size, int count) {
    return size >= count ? size : -size;
  }

  private long chosenOn(Integer node) {
    return chosen.stream().filter(one -> one.numaNode().equals(Optional.of(node))).count();
  }

  /** What devices share: a physical function. */
  private static final class Card {
    private final ArrayDeque<Candidate> left = new ArrayDeque<>();
    private int taken;

    void add(Candidate one) {
      left.add(one);
    }

    int free() {
      return left.size();
    }

    Candidate take() {
      taken++;
      return left.remove();
    }
  }
}
