package io.myriapod.ipam.range;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/**
 * The taken addresses of one family as maximal runs without a gap, so that the next free one is
 * found in O(log runs) however many are taken.
 */
public final class OccupiedRuns implements RoundRobin.Occupancy {
  private final TreeMap<BigInteger, BigInteger> lastByFirst = new TreeMap<>();

  /** Notes a taken address; twice is as once. */
  public void add(BigInteger number) {
    Map.Entry<BigInteger, BigInteger> below = lastByFirst.floorEntry(number);
    if (below != null && below.getValue().compareTo(number) >= 0) {
      return;
    }
    BigInteger next = number.add(BigInteger.ONE);
    BigInteger last = lastByFirst.containsKey(next) ? lastByFirst.remove(next) : number;
    boolean joinsBelow = below != null && below.getValue().add(BigInteger.ONE).equals(number);
    lastByFirst.put(joinsBelow ? below.getKey() : number, last);
  }

  /** Notes a freed address; a free one stays free. */
  public void remove(BigInteger number) {
    Map.Entry<BigInteger, BigInteger> run = lastByFirst.floorEntry(number);
    if (run == null || run.getValue().compareTo(number) < 0) {
      return;
    }
    lastByFirst.remove(run.getKey());
    if (run.getKey().compareTo(number) < 0) {
      lastByFirst.put(run.getKey(), number.subtract(BigInteger.ONE));
    }
    if (number.compareTo(run.getValue()) < 0) {
      lastByFirst.put(number.add(BigInteger.ONE), run.getValue());
    }
  }

  @Override
  public BigInteger firstFree(BigInteger from) {
    Map.Entry<BigInteger, BigInteger> run = lastByFirst.floorEntry(from);
    boolean taken = run != null && run.getValue().compareTo(from) >= 0;
    return taken ? run.getValue().add(BigInteger.ONE) : from;
  }
}
