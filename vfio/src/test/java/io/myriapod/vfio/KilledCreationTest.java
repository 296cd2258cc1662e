package io.myriapod.vfio;

import static io.myriapod.vfio.FakeNode.CARD;
import static io.myriapod.vfio.FakeNode.FIRST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.Killing.Killed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Creations that are killed at each point that they come by, and recoveries of them that are
 * killed, too: afterwards all is as before or as wanted, and the journal knows which.
 */
class KilledCreationTest {
  private static final Named VFIO = new Named("vfio-pci");
  private static final WantedFunctions MORE =
      new WantedFunctions(CARD, 3, Optional.empty(), Map.of(0, VFIO, 1, VFIO, 2, VFIO));
  private static final WantedFunctions OTHER_DRIVERS =
      new WantedFunctions(
          CARD, 2, Optional.empty(), Map.of(0, new Named("uio_pci_generic"), 1, VFIO));
  private static final int MOST_OF_A_RECOVERY = 11;
  private static final List<String> FORMER = List.of("vfio-pci", "igbvf");

  @TempDir private Path root;
  private int trees;

  /** Two functions, of which the first is bound to vfio-pci. */
  private FakeNode node() {
    FakeNode node = FakeNode.with(root.resolve("tree" + trees++));
    node.functions().bind(FIRST, VFIO, false);
    return node;
  }

  @Test
  void recover_anotherNumberKilledAnywhere_isAsBeforeOrAsWanted() {
    killEverywhere(MORE, Set.of(FORMER, List.of("vfio-pci", "vfio-pci", "vfio-pci")));
  }

  @Test
  void recover_otherDriversKilledAnywhere_isAsBeforeOrAsWanted() {
    killEverywhere(OTHER_DRIVERS, Set.of(FORMER, List.of("uio_pci_generic", "vfio-pci")));
  }

  private void killEverywhere(WantedFunctions wanted, Set<List<String>> allowed) {
    int points = 0;
    while (isKilled(wanted, points, allowed)) {
      points++;
    }
    assertTrue(points > 10, "only %d points".formatted(points));
  }

  /** False if it came to its end before that point. The recovery is killed at another one. */
  private boolean isKilled(WantedFunctions wanted, int point, Set<List<String>> allowed) {
    FakeNode node = node();
    if (!isKilled(node, Killing.after(point), () -> node.functions().apply(wanted, false))) {
      return false;
    }
    int recovery = point % MOST_OF_A_RECOVERY;
    isKilled(node, Killing.after(recovery), () -> node.functions().recover());
    node.restart(PhaseListener.NONE);
    assertEquals(List.of(), node.functions().recover());
    assertSound(node, allowed, "killed at %d and %d".formatted(point, recovery));
    node.close();
    return true;
  }

  /** Whether the next process was killed over that work; it has ended in any case. */
  private static boolean isKilled(FakeNode node, PhaseListener killing, Runnable work) {
    node.close();
    node.restart(killing);
    try {
      work.run();
      return false;
    } catch (Killed e) {
      return true;
    } finally {
      node.close();
    }
  }

  private static void assertSound(FakeNode node, Set<List<String>> allowed, String when) {
    List<String> drivers = new ArrayList<>();
    List<String> known = new ArrayList<>();
    for (int index = 0; index < 7; index++) {
      PciAddress address = new PciAddress("0000:01:1%d.%d".formatted(index / 4, index * 2 % 8));
      if (node.sysfs.exists("bus/pci/devices/" + address)) {
        drivers.add(node.sysfs.driverOf(address.value()).orElse("none"));
        known.add(
            node.journal()
                .devices()
                .find(address)
                .flatMap(record -> record.text("driver"))
                .orElse("igbvf"));
      }
    }
    assertTrue(allowed.contains(drivers), when + ": " + drivers);
    assertEquals(drivers, known, when);
    assertEquals("1", node.sysfs.text("bus/pci/devices/" + CARD + "/sriov_drivers_autoprobe"));
    assertTrue(node.journal().devices().all().stream().noneMatch(DeviceRecord::isChanging), when);
  }
}
