package io.myriapod.agent.install;

import io.myriapod.cni.error.CniException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The network to wrap, once it has stayed the same for two seconds: a node that boots writes one
 * network after the other, and not each of them at once.
 */
public final class PrimaryChoice {
  /** For the node's network to stay the same, and for others to notice ours. */
  public static final Duration SETTLED = Duration.ofSeconds(2);

  private final Installation installation;
  private final Optional<String> name;
  private Optional<Primary> primary = Optional.empty();
  private Optional<CniException> refusal = Optional.empty();
  private final LongSupplier clock;
  private long since;

  /**
   * @param name of the network to wrap; without it there must be one alone
   */
  public PrimaryChoice(Installation installation, Optional<String> name) {
    this(installation, name, System::nanoTime);
  }

  /**
   * @param clock nanoseconds that only grow
   */
  PrimaryChoice(Installation installation, Optional<String> name, LongSupplier clock) {
    this.installation = installation;
    this.name = name;
    this.clock = clock;
    this.since = clock.getAsLong();
  }

  /** Looks at the node's files; whether they have said the same for long enough. */
  public boolean look() {
    Optional<Primary> formerPrimary = primary;
    Optional<CniException> formerRefusal = refusal;
    try {
      primary = installation.choose(name);
      refusal = Optional.empty();
    } catch (CniException e) {
      primary = Optional.empty();
      refusal = Optional.of(e);
    }
    boolean same =
        primary.equals(formerPrimary)
            && refusal
                .map(CniException::getMessage)
                .equals(formerRefusal.map(CniException::getMessage));
    if (!same || primary.isEmpty() && refusal.isEmpty()) {
      since = clock.getAsLong();
    }
    return clock.getAsLong() - since >= SETTLED.toNanos();
  }

  /** What the last look found; empty if there is none, or if it was refused. */
  public Optional<Primary> primary() {
    return primary;
  }

  /** Why the last look's files do not say which one it is. */
  public Optional<CniException> refusal() {
    return refusal;
  }

  /** For a message: what is waited for, and what is there. */
  public String wanted() {
    return "the node's own network%s to be there and to stay the same for %d s; networks in %s: %s"
        .formatted(
            name.map(one -> " \"" + one + "\"").orElse(""),
            SETTLED.toSeconds(),
            installation.folder(),
            installation.networks());
  }
}
