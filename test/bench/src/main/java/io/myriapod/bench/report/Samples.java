package io.myriapod.bench.report;

import java.util.List;

/** Measured values, in milliseconds unless a row says otherwise. */
public record Samples(List<Double> values) {
  /** Sorts them. */
  public Samples {
    values = values.stream().sorted().toList();
  }

  /** No measurement. */
  public static Samples none() {
    return new Samples(List.of());
  }

  /** The middle one; of an even number the mean of the middle two. NaN of none. */
  public double median() {
    int count = values.size();
    return count == 0 ? Double.NaN : (values.get((count - 1) / 2) + values.get(count / 2)) / 2;
  }

  /** The smallest; NaN of none. */
  public double min() {
    return values.isEmpty() ? Double.NaN : values.get(0);
  }

  /** The largest; NaN of none. */
  public double max() {
    return values.isEmpty() ? Double.NaN : values.get(values.size() - 1);
  }
}
