package io.myriapod.deviceplugin.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.myriapod.deviceplugin.PoolText;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Of devices that pods hold, or were lent for a time. */
class StocktakingOfHeldDevicesTest extends CardOfTwo {
  @Test
  void of_poolThatGivesADriver_takesBoundAndUnboundDevices() {
    cards.driver(FIRST, Optional.empty());
    at.configure(DPDK);

    assertEquals(List.of(FIRST, SECOND), at.offered("dpdk"));
  }

  /** What a group allows depends on the driver that the device is going to have. */
  @Test
  void of_poolThatGivesADriver_isJudgedByThatDriver() {
    at.configure(DPDK);

    assertEquals(
        List.of(Optional.of("vfio-pci"), Optional.of("vfio-pci")),
        at.judged.stream().map(device -> device.driver()).toList());
  }

  @Test
  void of_lentDevice_staysWithItsPool() {
    at.configure(DPDK);
    at.gave(FIRST, "intel.com/dpdk").holds(FIRST, "default/web");
    cards.driver(FIRST, Optional.of("vfio-pci")).movedAway("ens1f0v0");
    at.look();

    assertEquals(List.of(FIRST, SECOND), at.offered("dpdk"));
  }

  /** Also after a start of the agent, and when its pod never came. */
  @Test
  void of_lentDeviceThatNobodyHolds_isItsPools() {
    at.gave(FIRST, "intel.com/dpdk");
    cards.driver(FIRST, Optional.of("vfio-pci")).movedAway("ens1f0v0");
    at.configure(DPDK);

    assertEquals(List.of(FIRST, SECOND), at.offered("dpdk"));
  }

  /** Else the kubelet would have it twice. */
  @Test
  void of_lentDeviceThatAnotherPoolSelectsByItsDriverOfNow_staysWithItsPool() {
    String other = PoolText.entry("vfio", "{'drivers': ['vfio-pci']}");
    at.configure(other, DPDK);
    at.gave(FIRST, "intel.com/dpdk").holds(FIRST, "default/web");
    cards.driver(FIRST, Optional.of("vfio-pci")).movedAway("ens1f0v0");
    at.look();

    assertEquals(List.of(FIRST, SECOND), at.offered("dpdk"));
    assertEquals(List.of(), at.offered("vfio"));
  }

  @Test
  void of_deviceThatHasThePoolsDriverFromSomebodyElse_isNotTaken() {
    cards.driver(FIRST, Optional.of("vfio-pci"));
    at.configure(DPDK);

    assertEquals(List.of(SECOND), at.offered("dpdk"));
  }

  @Test
  void of_loanOfAnotherPool_countsForNobodyElse() {
    at.gave(FIRST, "intel.com/other");
    cards.driver(FIRST, Optional.of("vfio-pci"));
    at.configure(DPDK);

    assertEquals(List.of(SECOND), at.offered("dpdk"));
  }

  @Test
  void of_loanThatIsOver_countsNoMore() {
    at.gave(FIRST, "intel.com/dpdk");
    at.configure(VFS, DPDK);

    assertEquals(List.of(FIRST, SECOND), at.offered("vfs"));
  }

  @Test
  void of_heldDeviceWhosePoolComesSecondNow_staysThereUntilItIsFree() {
    String one = PoolText.entry("one", "{'drivers': ['iavf']}");
    at.configure(VFS);
    at.holds(FIRST, "default/web");
    at.configure(one, VFS);

    assertEquals(List.of(FIRST), at.offered("vfs"));
    assertEquals(List.of(SECOND), at.offered("one"));

    at.releases(FIRST);
    at.look();
    assertEquals(List.of(FIRST, SECOND), at.offered("one"));
  }

  /** The kubelet would give it away: it counts what pods have by resource. */
  @Test
  void of_heldDeviceWhosePoolIsNoMore_isInNoOtherUntilItIsFree() {
    at.configure(VFS);
    at.holds(FIRST, "default/web");
    at.configure(ALL);
    at.look();

    assertEquals(List.of(SECOND), at.offered("all"));
    assertEquals("is held by default/web, which got it from none of the pools", at.obstacle(FIRST));

    at.releases(FIRST);
    at.look();
    assertEquals(List.of(FIRST, SECOND), at.offered("all"));
  }

  /** As the journal says, also to an agent that has started anew. */
  @Test
  void of_heldDeviceAtTheStart_isInThePoolThatGaveIt() {
    at.gave(FIRST, "intel.com/second").holds(FIRST, "default/web");
    at.configure(VFS, PoolText.entry("second", "{'drivers': ['iavf']}"));

    assertEquals(List.of(FIRST), at.offered("second"));
    assertEquals(List.of(SECOND), at.offered("vfs"));
  }

  @Test
  void of_cardInAPodAtTheStart_isInThePoolThatGaveIt() {
    cards.function("0000:01:00.0", "15b3", "1017", "mlx5_core").link("0000:01:00.0", "ens9");
    cards.movedAway("ens9");
    at.gave("0000:01:00.0", "intel.com/cards").holds("0000:01:00.0", "default/web");
    at.configure(PoolText.entry("cards", "{'pfNames': ['ens9'], 'linkTypes': ['ether']}"));

    assertEquals(List.of("0000:01:00.0"), at.offered("cards"));
  }

  @Test
  void of_deviceThatWasGivenOnce_isNobodysWhenItIsFree() {
    at.gave(FIRST, "intel.com/second");
    cards.driver(SECOND, Optional.empty());
    at.gave(SECOND, "intel.com/second");
    at.configure(VFS, PoolText.entry("second", "{'drivers': ['iavf']}"));

    assertEquals(List.of(FIRST), at.offered("vfs"));
    assertEquals(List.of(), at.offered("second"));
  }

  @Test
  void of_uncleanDeviceInNoPool_isNotTaken() {
    at.configure(PoolText.entry("other", "{'drivers': ['igb']}"));
    at.quarantines(FIRST, "EIO");
    at.configure(ALL);

    assertEquals("could not be cleaned: EIO", at.obstacle(FIRST));
    assertEquals(List.of(SECOND), at.offered("all"));
  }

  @Test
  void of_heldDeviceThatItsPoolSelectsNoMore_isIllThere() {
    at.configure(VFS);
    at.holds(FIRST, "default/web");
    at.configure(PoolText.entry("vfs", "{'pfNames': ['ens1f0#1']}"));

    assertEquals(List.of("-" + FIRST, SECOND), at.offered("vfs"));
    assertEquals(
        "is not what its pool selects any more; its driver is \"iavf\"", at.obstacle(FIRST));
  }

  @Test
  void of_devicesThatWentAndStay_areInTheOrderOfTheirAddresses() {
    at.configure(ALL);
    at.holds(FIRST, "default/web");
    cards.gone(FIRST);
    at.look();

    assertEquals(
        List.of(CARD, FIRST, SECOND),
        at.pools.inventory().entries().stream().map(entry -> entry.device().id().value()).toList());
    assertFalse(at.entry(FIRST).isHealthy());
  }
}
