package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.config.AllocationPolicy;
import io.myriapod.deviceplugin.pool.OfferedDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which of the free devices a container gets. Healthy ones are taken first, those that the pool
 * does not offer last. The answer depends on nothing but what is asked: neither on the order in
 * which ids are listed nor on chance.
 */
final class Preference {
  private static final int MOST_IDS = 16_384;

  /** Where devices are that the pool does not offer: a choice takes long among many places. */
  private static final String NOWHERE = "";

  private Preference() {}

  /**
   * What the kubelet asks for.
   *
   * @param attempt for messages
   * @param available ids that may be chosen
   * @param mustInclude of these, those that have to be
   * @param size how many in all
   */
  record Wish(String attempt, List<String> available, List<String> mustInclude, int size) {
    /** Throws {@link BadRequestException} if nothing can fulfil it. */
    Wish {
      available = List.copyOf(available);
      mustInclude = List.copyOf(mustInclude);
      if (size < 1) {
        throw new BadRequestException("%s: the request wants %d".formatted(attempt, size));
      }
      if (available.size() > MOST_IDS) {
        throw new BadRequestException(
            "%s: the request lists %d devices, want no more than %d"
                .formatted(attempt, available.size(), MOST_IDS));
      }
      if (size > available.size()) {
        throw new BadRequestException(
            "%s: the request wants %d of %d devices".formatted(attempt, size, available.size()));
      }
      if (mustInclude.size() > size) {
        throw new BadRequestException(
            "%s: the request wants %d devices, and %d certain ones among them"
                .formatted(attempt, size, mustInclude.size()));
      }
      Set<String> known = requireDistinct(attempt, available);
      for (String id : requireDistinct(attempt, mustInclude)) {
        if (!known.contains(id)) {
          throw new BadRequestException(
              "%s: the request wants %s, which is not available"
                  .formatted(attempt, RequestedDevices.show(List.of(id))));
        }
      }
    }

    private static Set<String> requireDistinct(String attempt, List<String> ids) {
      Set<String> seen = new HashSet<>();
      for (String id : ids) {
        if (!seen.add(id)) {
          throw new BadRequestException(
              "%s: the request lists %s twice"
                  .formatted(attempt, RequestedDevices.show(List.of(id))));
        }
      }
      return seen;
    }
  }

  /** As many ids as wished, those that have to be first, then in the order of the choice. */
  static List<String> choose(AllocationPolicy policy, List<OfferedDevice> offered, Wish wish) {
    List<Candidate> chosen = new ArrayList<>();
    List<Candidate> free = new ArrayList<>();
    Set<String> certain = Set.copyOf(wish.mustInclude());
    for (Candidate candidate : candidates(offered, wish.available())) {
      (certain.contains(candidate.id()) ? chosen : free).add(candidate);
    }
    for (Fitness fitness : Fitness.values()) {
      int missing = wish.size() - chosen.size();
      List<Candidate> fit = free.stream().filter(one -> one.fitness() == fitness).toList();
      if (missing > 0 && !fit.isEmpty()) {
        new Choice(policy, chosen, fit).take(Math.min(missing, fit.size()));
      }
    }
    return chosen.stream().map(Candidate::id).toList();
  }

  /** In the pool's order; those that it does not offer come after, by id. */
  private static List<Candidate> candidates(List<OfferedDevice> offered, List<String> available) {
    Set<String> wanted = new HashSet<>(available);
    Map<String, Candidate> byId = new HashMap<>();
    List<Candidate> all = new ArrayList<>();
    for (OfferedDevice device : offered) {
      String id = device.id().value();
      if (wanted.contains(id) && !byId.containsKey(id)) {
        Fitness fitness = device.isHealthy() ? Fitness.HEALTHY : Fitness.ILL;
        Candidate candidate = new Candidate(id, device.physical(), device.numaNode(), fitness);
        byId.put(id, candidate);
        all.add(candidate);
      }
    }
    available.stream()
        .filter(id -> !byId.containsKey(id))
        .sorted()
        .forEach(id -> all.add(new Candidate(id, NOWHERE, Optional.empty(), Fitness.UNKNOWN)));
    return all;
  }

  /** Best first. */
  enum Fitness {
    HEALTHY,
    ILL,
    UNKNOWN
  }

  /** A device that may be chosen. */
  record Candidate(String id, String physical, Optional<Integer> numaNode, Fitness fitness) {}
}
