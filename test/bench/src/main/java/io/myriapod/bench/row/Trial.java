package io.myriapod.bench.row;

import io.myriapod.bench.node.Seat;
import io.myriapod.bench.node.Side;
import io.myriapod.bench.node.Workload;
import io.myriapod.bench.run.Outcome;
import io.myriapod.bench.run.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Some pods of one side that are added, checked and deleted together. */
final class Trial {
  private static final AtomicInteger CONTAINERS = new AtomicInteger();

  private final Side side;
  private final Workload workload;
  private final List<Side.Attempt> attempts = new ArrayList<>();
  private List<List<Outcome>> added = List.of();

  Trial(Side side, Workload workload, int pods) {
    this(side, workload, side.node().seats(pods));
  }

  Trial(Side side, Workload workload, List<Seat> seats) {
    this.side = side;
    this.workload = workload;
    for (Seat seat : seats) {
      String container = "bench%08x".formatted(CONTAINERS.incrementAndGet());
      attempts.add(new Side.Attempt(container, seat));
    }
  }

  /** Milliseconds from the first start to the last end. */
  double add() {
    added = side.runner().runAtOnce(lanes(attempt -> side.add(workload, attempt)));
    return Outcome.millis(added);
  }

  /** The same with more steps at the end of every lane; answers all lanes. */
  List<List<Outcome>> addAnd(List<Step> more) {
    added =
        side.runner()
            .runAtOnce(
                lanes(
                    attempt -> {
                      List<Step> steps = new ArrayList<>(side.add(workload, attempt));
                      steps.addAll(more);
                      return steps;
                    }));
    return added;
  }

  void check() {
    side.runner().runAtOnce(indexed((attempt, lane) -> side.check(workload, attempt, lane)));
  }

  /** Milliseconds from the first start to the last end. */
  double delete() {
    return Outcome.millis(
        side.runner().runAtOnce(indexed((attempt, lane) -> side.delete(workload, attempt, lane))));
  }

  /** Removes what may be there after something broke, whatever comes of it. */
  void abandon() {
    side.runner().attemptAtOnce(lanes(attempt -> side.delete(workload, attempt, List.of())));
  }

  private interface Steps {
    List<Step> of(Side.Attempt attempt);
  }

  private interface StepsAfterAdd {
    List<Step> of(Side.Attempt attempt, List<Outcome> added);
  }

  private List<List<Step>> lanes(Steps steps) {
    return attempts.stream().map(steps::of).toList();
  }

  private List<List<Step>> indexed(StepsAfterAdd steps) {
    List<List<Step>> lanes = new ArrayList<>();
    for (int number = 0; number < attempts.size(); number++) {
      lanes.add(steps.of(attempts.get(number), added.get(number)));
    }
    return lanes;
  }
}
