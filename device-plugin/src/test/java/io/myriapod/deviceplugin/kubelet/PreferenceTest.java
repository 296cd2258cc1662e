package io.myriapod.deviceplugin.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.config.AllocationPolicy;
import io.myriapod.deviceplugin.pool.OfferedDevice;
import io.myriapod.types.DeviceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PreferenceTest {
  /**
   * A node and a request that makes sense.
   *
   * @param available in no order; some of them may not be offered
   */
  record Case(
      AllocationPolicy policy,
      List<OfferedDevice> offered,
      List<String> available,
      List<String> mustInclude,
      int size) {
    List<String> choose() {
      return Preference.choose(
          policy, offered, new Preference.Wish("choose", available, mustInclude, size));
    }

    List<OfferedDevice> freeAndHealthy() {
      return offered.stream()
          .filter(OfferedDevice::isHealthy)
          .filter(one -> available.contains(one.id().value()))
          .toList();
    }

    OfferedDevice device(String id) {
      return offered.stream().filter(one -> one.id().value().equals(id)).findFirst().orElseThrow();
    }
  }

  @Property(tries = 300)
  void choose_any_answersAsManyAsWishedWithThoseThatHaveToBe(@ForAll("cases") Case one) {
    List<String> chosen = one.choose();

    assertEquals(one.size(), chosen.size());
    assertEquals(one.size(), Set.copyOf(chosen).size());
    assertTrue(one.available().containsAll(chosen));
    assertTrue(chosen.containsAll(one.mustInclude()));
  }

  @Property(tries = 300)
  void choose_listedInAnotherOrder_answersTheSame(@ForAll("cases") Case one, @ForAll long seed) {
    List<String> available = new ArrayList<>(one.available());
    List<String> mustInclude = new ArrayList<>(one.mustInclude());
    Collections.shuffle(available, new Random(seed));
    Collections.shuffle(mustInclude, new Random(seed));
    Case other = new Case(one.policy(), one.offered(), available, mustInclude, one.size());

    assertEquals(one.choose(), other.choose());
  }

  @Property(tries = 300)
  void choose_someAreIll_takesThemOnlyWhenNoOthersAreLeft(@ForAll("cases") Case one) {
    List<String> chosen = one.choose();
    Set<String> healthy =
        one.freeAndHealthy().stream()
            .map(device -> device.id().value())
            .collect(Collectors.toSet());
    boolean tookAnother =
        chosen.stream().anyMatch(id -> !healthy.contains(id) && !one.mustInclude().contains(id));

    assertTrue(!tookAnother || chosen.containsAll(healthy), chosen + " of " + healthy);
  }

  @Property(tries = 300)
  void choose_distinctPf_usesAsManyCardsAsPossible(@ForAll("cases") Case any) {
    Case one = of(AllocationPolicy.DISTINCT_PF, any);
    Set<String> cards =
        one.offered().stream().map(OfferedDevice::physical).collect(Collectors.toSet());

    Set<String> used =
        one.choose().stream().map(id -> one.device(id).physical()).collect(Collectors.toSet());

    assertEquals(Math.min(one.size(), cards.size()), used.size());
  }

  @Property(tries = 300)
  void choose_numaNodeHasEnough_staysOnOne(@ForAll("cases") Case any) {
    Case one = of(AllocationPolicy.NUMA, any);
    Map<Optional<Integer>, Long> nodes =
        one.offered().stream()
            .filter(device -> device.numaNode().isPresent())
            .collect(Collectors.groupingBy(OfferedDevice::numaNode, Collectors.counting()));
    Set<Optional<Integer>> used =
        one.choose().stream().map(id -> one.device(id).numaNode()).collect(Collectors.toSet());

    assertEquals(
        nodes.values().stream().anyMatch(count -> count >= one.size()),
        used.size() == 1 && used.iterator().next().isPresent(),
        nodes + " " + used);
  }

  @Property(tries = 300)
  void choose_packed_leavesAsManyCardsWholeAsPossible(@ForAll("cases") Case any) {
    Case one = of(AllocationPolicy.PACKED, any);
    Map<String, Long> free =
        one.offered().stream()
            .collect(Collectors.groupingBy(OfferedDevice::physical, Collectors.counting()));
    Map<String, Long> taken =
        one.choose().stream()
            .collect(Collectors.groupingBy(id -> one.device(id).physical(), Collectors.counting()));

    long opened =
        taken.entrySet().stream().filter(e -> e.getValue() < free.get(e.getKey())).count();
    long largestTaken = taken.keySet().stream().mapToLong(free::get).max().orElseThrow();
    free.keySet().removeAll(taken.keySet());

    assertTrue(opened <= 1, "cards that are neither whole nor used up: " + taken);
    assertTrue(free.values().stream().allMatch(count -> count >= largestTaken));
  }

  @Property(tries = 300)
  void choose_spread_evensOutWhatIsLeft(@ForAll("cases") Case any) {
    Case one = of(AllocationPolicy.SPREAD, any);
    Set<String> chosen = Set.copyOf(one.choose());
    Map<String, Long> left =
        one.offered().stream()
            .collect(
                Collectors.groupingBy(
                    OfferedDevice::physical,
                    Collectors.filtering(
                        device -> !chosen.contains(device.id().value()), Collectors.counting())));
    long most = Collections.max(left.values());

    for (String id : chosen) {
      long there = left.get(one.device(id).physical());
      assertTrue(there >= most - 1, "%s was taken from where %d are left".formatted(id, there));
    }
  }

  /** The same node, all of it healthy and available, and nothing that has to be. */
  private static Case of(AllocationPolicy policy, Case any) {
    List<OfferedDevice> healthy =
        any.offered().stream()
            .map(
                one ->
                    new OfferedDevice(one.id(), one.numaNode(), one.physical(), Optional.empty()))
            .toList();
    return new Case(
        policy,
        healthy,
        healthy.stream().map(one -> one.id().value()).toList(),
        List.of(),
        Math.min(any.size(), healthy.size()));
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<OfferedDevice> devices =
        Combinators.combine(
                Arbitraries.integers().between(0, 60),
                Arbitraries.integers().between(0, 3),
                Arbitraries.integers().between(0, 2).optional(0.8),
                Arbitraries.of("no carrier").optional(0.3))
            .as(
                (index, card, node, illness) ->
                    new OfferedDevice(FakePool.id(index), node, "card" + card, illness));
    Arbitrary<List<OfferedDevice>> pools =
        devices.list().ofMinSize(1).ofMaxSize(24).uniqueElements(OfferedDevice::id);
    return Combinators.combine(
            Arbitraries.of(AllocationPolicy.class),
            pools,
            Arbitraries.randomValue(r -> r.nextLong()))
        .as(PreferenceTest::request);
  }

  private static Case request(AllocationPolicy policy, List<OfferedDevice> pool, long seed) {
    Random random = new Random(seed);
    List<OfferedDevice> offered = new ArrayList<>(pool);
    offered.sort(Comparator.comparing(one -> one.id().value()));
    List<String> available = new ArrayList<>();
    offered.stream()
        .filter(one -> random.nextInt(4) > 0)
        .forEach(one -> available.add(one.id().value()));
    if (available.isEmpty() || random.nextInt(5) == 0) {
      available.add("of-nobody");
    }
    Collections.shuffle(available, random);
    int size = 1 + random.nextInt(available.size());
    List<String> mustInclude = available.subList(0, random.nextInt(size + 1));
    return new Case(policy, offered, available, mustInclude, size);
  }

  @Test
  void choose_packed_usesUpTheCardWithTheFewest() {
    List<OfferedDevice> offered = cards(5, 2, 3);

    assertEquals(List.of("b0", "b1", "c0"), choose(AllocationPolicy.PACKED, offered, List.of(), 3));
  }

  @Test
  void choose_spread_takesFromTheFullest() {
    List<OfferedDevice> offered = cards(5, 2, 4);

    assertEquals(List.of("a0", "c0", "a1"), choose(AllocationPolicy.SPREAD, offered, List.of(), 3));
  }

  @Test
  void choose_distinctPfWithOneThatHasToBe_takesTheOtherFromAnotherCard() {
    List<OfferedDevice> offered = cards(5, 2);

    assertEquals(
        List.of("a3", "b0"), choose(AllocationPolicy.DISTINCT_PF, offered, List.of("a3"), 2));
  }

  @Test
  void choose_numaWithOneThatHasToBe_staysWithIt() {
    List<OfferedDevice> offered =
        List.of(on(0, "a0"), on(0, "a1"), on(1, "b0"), on(1, "b1"), on(1, "b2"));

    assertEquals(List.of("b1", "b0"), choose(AllocationPolicy.NUMA, offered, List.of("b1"), 2));
  }

  @Test
  void choose_numaHasNowhereEnough_usesFewNodes() {
    List<OfferedDevice> offered =
        List.of(on(0, "a0"), on(1, "b0"), on(1, "b1"), on(2, "c0"), on(2, "c1"), on(2, "c2"));

    assertEquals(
        List.of("c0", "c1", "c2", "b0"), choose(AllocationPolicy.NUMA, offered, List.of(), 4));
  }

  /** Each on a card of its own this took minutes: the square of their number. */
  @Test
  @Timeout(60)
  void choose_manyThatAreNotOffered_answersThemByName() {
    List<String> unknown = IntStream.range(0, 16_384).mapToObj("%05d"::formatted).toList();
    List<String> shuffled = new ArrayList<>(unknown);
    Collections.shuffle(shuffled, new Random(1));

    for (AllocationPolicy policy : AllocationPolicy.values()) {
      assertEquals(unknown, new Case(policy, List.of(), shuffled, List.of(), 16_384).choose());
    }
  }

  @Test
  void wish_nonsense_saysWhatIsWrong() {
    refuses("choose: the request wants 3 of 2 devices", List.of("a", "b"), List.of(), 3);
    refuses("choose: the request wants 0", List.of("a"), List.of(), 0);
    refuses("choose: the request wants -1", List.of("a"), List.of(), -1);
    refuses("choose: the request wants c, which is not available", List.of("a"), List.of("c"), 1);
    refuses("choose: the request lists a twice", List.of("a", "a"), List.of(), 1);
    refuses("choose: the request lists a twice", List.of("a", "b"), List.of("a", "a"), 2);
    refuses(
        "choose: the request wants 1 devices, and 2 certain ones among them",
        List.of("a", "b"),
        List.of("a", "b"),
        1);
    refuses(
        "choose: the request lists 20000 devices, want no more than 16384",
        Collections.nCopies(20_000, "a"),
        List.of(),
        1);
  }

  private static void refuses(
      String message, List<String> available, List<String> mustInclude, int size) {
    assertEquals(
        message,
        assertThrows(
                BadRequestException.class,
                () -> new Preference.Wish("choose", available, mustInclude, size))
            .getMessage());
  }

  private static List<String> choose(
      AllocationPolicy policy, List<OfferedDevice> offered, List<String> mustInclude, int size) {
    return new Case(
            policy,
            offered,
            offered.stream().map(one -> one.id().value()).toList(),
            mustInclude,
            size)
        .choose();
  }

  /** Cards a, b … with so many devices each: a0, a1 … */
  private static List<OfferedDevice> cards(int... sizes) {
    List<OfferedDevice> offered = new ArrayList<>();
    for (int card = 0; card < sizes.length; card++) {
      for (int i = 0; i < sizes[card]; i++) {
        offered.add(on(0, "" + (char) ('a' + card) + i));
      }
    }
    return offered;
  }

  private static OfferedDevice on(int node, String id) {
    return new OfferedDevice(
        new DeviceId(id), Optional.of(node), id.substring(0, 1), Optional.empty());
  }
}
