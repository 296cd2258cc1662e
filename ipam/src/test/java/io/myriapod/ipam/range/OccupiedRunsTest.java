package io.myriapod.ipam.range;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OccupiedRunsTest {
  private static BigInteger slowFirstFree(TreeSet<BigInteger> taken, BigInteger from) {
    BigInteger free = from;
    while (taken.contains(free)) {
      free = free.add(BigInteger.ONE);
    }
    return free;
  }

  @Test
  void firstFree_randomTakingAndFreeing_agreesWithPlainSet() {
    Random random = new Random(20261122);
    OccupiedRuns runs = new OccupiedRuns();
    TreeSet<BigInteger> model = new TreeSet<>();
    for (int step = 0; step < 20_000; step++) {
      BigInteger number = BigInteger.valueOf(random.nextInt(200));
      if (random.nextInt(5) < 3) {
        runs.add(number);
        model.add(number);
      } else {
        runs.remove(number);
        model.remove(number);
      }
      BigInteger from = BigInteger.valueOf(random.nextInt(200));
      assertEquals(slowFirstFree(model, from), runs.firstFree(from));
    }
  }
}
