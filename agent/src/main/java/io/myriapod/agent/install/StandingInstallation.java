package io.myriapod.agent.install;

import io.myriapod.cni.error.CniException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Myriapod the network of a node's pods for as long as the agent lives: waits for the node's
 * own network, follows its changes, and puts back what somebody takes away, ever more slowly. What
 * it has put in place stays when the agent ends. One thread looks, any may ask.
 */
public final class StandingInstallation {
  private static final Logger LOG = LoggerFactory.getLogger(StandingInstallation.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** In place for that long, it is nobody's any more. */
  private static final Duration CALM = Duration.ofMinutes(10);

  /** With what is in place: somebody may have written over it. */
  private static final Duration COMPARE_AGAIN = Duration.ofMinutes(1);

  private final Installation installation;
  private final Path shim;
  private final PrimaryChoice choice;
  private final LongSupplier clock;
  private volatile Optional<String> missing = Optional.of("the node's own network is awaited");
  private String told = "";
  private boolean inPlace;
  private Optional<Primary> around = Optional.empty();
  private long comparedAt;
  private Duration pause = PrimaryChoice.SETTLED;
  private long wroteAt;
  private long notBefore;

  /**
   * @param primary the node's own network by its name; without it there must be one alone
   */
  public StandingInstallation(Installation installation, Path shim, Optional<String> primary) {
    this(installation, shim, primary, System::nanoTime);
  }

  /**
   * @param clock nanoseconds that only grow
   */
  StandingInstallation(
      Installation installation, Path shim, Optional<String> primary, LongSupplier clock) {
    this.installation = installation;
    this.shim = shim;
    this.choice = new PrimaryChoice(installation, primary, clock);
    this.clock = clock;
    this.notBefore = clock.getAsLong();
  }

  /** What keeps pods from our network; empty if it is in place. */
  public Optional<String> missing() {
    return missing;
  }

  /** Does what has to be done now; to be called about once a second once ADDs are served. */
  public void look() {
    try {
      noticeLoss();
      if (choice.look()) {
        settle();
      } else if (!inPlace) {
        tell("waits for " + choice.wanted());
      }
    } catch (CniException e) {
      refuse(e);
    }
  }

  private void settle() {
    choice.refusal().ifPresent(this::refuse);
    choice.primary().filter(this::hasToBeInstalled).ifPresent(this::install);
  }

  private boolean hasToBeInstalled(Primary primary) {
    long now = clock.getAsLong();
    if (inPlace) {
      return !around.equals(Optional.of(primary)) || now - comparedAt > COMPARE_AGAIN.toNanos();
    }
    return now >= notBefore;
  }

  private void install(Primary primary) {
    comparedAt = clock.getAsLong();
    if (!installation.install(shim, primary).isEmpty()) {
      wroteAt = clock.getAsLong();
    }
    if (!inPlace) {
      told = "";
      LOG.info("pods get the networks of Myriapod, around \"{}\" of this node", primary.name());
    }
    inPlace = true;
    around = Optional.of(primary);
    missing = Optional.empty();
  }

  /** Whoever removes it will do so again: Cilium looks all the time. */
  private void noticeLoss() {
    if (!inPlace) {
      return;
    }
    try {
      installation.requireInPlace();
      if (clock.getAsLong() - wroteAt > CALM.toNanos()) {
        pause = PrimaryChoice.SETTLED;
      }
    } catch (CniException e) {
      inPlace = false;
      notBefore = clock.getAsLong() + pause.toNanos();
      LOG.warn("{}; {}; it is put back in {} s", e.getMessage(), e.details(), pause.toSeconds());
      missing = Optional.of(e.getMessage());
      pause = pause.multipliedBy(2);
      if (pause.compareTo(LONGEST_PAUSE) > 0) {
        pause = LONGEST_PAUSE;
      }
    }
  }

  /** What is in place stays so: it is what pods that run were made with. */
  private void refuse(CniException e) {
    if (!inPlace) {
      missing = Optional.of(e.getMessage());
    }
    if (!told.equals(e.getMessage())) {
      told = e.getMessage();
      LOG.warn("{}; {}", e.getMessage(), e.details());
    }
  }

  private void tell(String what) {
    missing = Optional.of(what);
    String first = what.split(";", 2)[0];
    if (!told.equals(first)) {
      told = first;
      LOG.info("install: {}", what);
    }
  }
}
