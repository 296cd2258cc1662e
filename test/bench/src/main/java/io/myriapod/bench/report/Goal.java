package io.myriapod.bench.report;

/** What a row is to reach, on medians. */
public sealed interface Goal {
  /** Whether it is reached. */
  boolean met(Samples ours, Samples peer);

  /** As the table shows it. */
  String text();

  /** So many times as fast as the peer. */
  record TimesFaster(double factor) implements Goal {
    @Override
    public boolean met(Samples ours, Samples peer) {
      return peer.median() / ours.median() >= factor;
    }

    @Override
    public String text() {
      return ">= %s x".formatted(number(factor));
    }
  }

  /** Not more than so much above the peer. */
  record AtMostAbove(double margin, String unit) implements Goal {
    @Override
    public boolean met(Samples ours, Samples peer) {
      return ours.median() <= peer.median() + margin;
    }

    @Override
    public String text() {
      return "<= peer + %s %s".formatted(number(margin), unit);
    }
  }

  /** Not more than so many times what the peer takes. */
  record AtMostTimes(double factor) implements Goal {
    @Override
    public boolean met(Samples ours, Samples peer) {
      return ours.median() <= peer.median() * factor;
    }

    @Override
    public String text() {
      return "<= %s x peer".formatted(number(factor));
    }
  }

  /** Not more than so much, without a peer. */
  record AtMost(double bound, String unit) implements Goal {
    @Override
    public boolean met(Samples ours, Samples peer) {
      return ours.median() <= bound;
    }

    @Override
    public String text() {
      return "<= %s %s".formatted(number(bound), unit);
    }
  }

  /** None: shown because it explains others. */
  record None() implements Goal {
    @Override
    public boolean met(Samples ours, Samples peer) {
      return true;
    }

    @Override
    public String text() {
      return "none";
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
