package io.myriapod.agent.flight;

import io.myriapod.agent.flight.Flight.Asked;
import io.myriapod.agent.flight.Flight.Failure;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.RecordKey;
import io.myriapod.linux.netlink.KernelTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Notes what the thread of an operation reaches, and how long it is in which stage. Where no
 * operation runs it notes nothing.
 */
public final class FlightRecorder implements PhaseListener {
  private static final int MOST_STEPS = 512;
  private static final double NANOS_PER_MILLI = 1e6;

  private final ThreadLocal<Open> current = new ThreadLocal<>();

  /** One that is under way, seen by its own thread alone. */
  private static final class Open {
    Asked asked;
    final Instant begun = Instant.now();
    final long start = System.nanoTime();
    final long kernelBefore = KernelTime.ofThisThread().toNanos();
    final List<FlightStep> steps = new ArrayList<>();
    final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
    long kernelElsewhere;

    Open(Asked asked) {
      this.asked = asked;
    }

    void add(Stage stage, long took) {
      nanos.merge(stage, took, Long::sum);
    }

    void step(String what, String detail, String subject) {
      if (steps.size() < MOST_STEPS) {
        steps.add(new FlightStep(millis(System.nanoTime() - start), what, detail, subject));
      }
    }
  }

  /** An operation begins in this thread. */
  public void begin(Asked asked, Duration inShim) {
    Open open = new Open(asked);
    if (!inShim.isNegative()) {
      open.add(Stage.SHIM, inShim.toNanos());
    }
    current.set(open);
  }

  /** The operation of this thread has ended, with that failure or with success. */
  public Flight end(Optional<Failure> failure) {
    Open open = current.get();
    current.remove();
    long kernel = KernelTime.ofThisThread().toNanos() - open.kernelBefore - open.kernelElsewhere;
    if (kernel > 0) {
      open.add(Stage.KERNEL, kernel);
    }
    Map<Stage, Double> stages = new EnumMap<>(Stage.class);
    open.nanos.forEach((stage, nanos) -> stages.put(stage, millis(nanos)));
    return new Flight(
        open.begun,
        open.asked,
        millis(System.nanoTime() - open.start),
        stages,
        open.steps,
        failure);
  }

  /** The operation turned out to be about that network. */
  public void network(String name) {
    Open open = current.get();
    if (open != null) {
      open.asked = open.asked.withNetwork(name);
    }
  }

  /** So much of the operation went to the stage. */
  public void spent(Stage stage, Duration took) {
    Open open = current.get();
    if (open != null) {
      open.add(stage, took.toNanos());
    }
  }

  /** Does it, and counts its time to the stage. */
  public <T> T during(Stage stage, String detail, Supplier<T> work) {
    Open open = current.get();
    if (open == null) {
      return work.get();
    }
    long start = System.nanoTime();
    long kernel = KernelTime.ofThisThread().toNanos();
    try {
      return work.get();
    } finally {
      open.kernelElsewhere += KernelTime.ofThisThread().toNanos() - kernel;
      open.add(stage, System.nanoTime() - start);
      open.step(stage.name(), detail, "");
    }
  }

  @Override
  public void reached(JournalPhase phase, RecordKey key, String detail) {
    Open open = current.get();
    if (open != null) {
      open.step(phase.name(), detail, subject(key));
    }
  }

  private static String subject(RecordKey key) {
    return key instanceof AttachmentKey attachment
        ? attachment.interfaceName().value()
        : key.toString();
  }

  /** A microsecond is fine enough. */
  private static double millis(long nanos) {
    return Math.round(nanos / NANOS_PER_MILLI * 1_000) / 1_000.0;
  }
}
