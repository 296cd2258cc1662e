package io.myriapod.vfio.change;

import java.time.Duration;

/**
 * How long a change may take.
 *
 * @param numVfs making or dropping virtual functions: minutes on a card that is ill
 * @param each any other
 */
public record Deadlines(Duration numVfs, Duration each) {
  public static final Deadlines DEFAULT =
      new Deadlines(Duration.ofSeconds(120), Duration.ofSeconds(30));

  Duration of(Change.Write change) {
    return change.step().equals("sriov_numvfs") ? numVfs : each;
  }
}
