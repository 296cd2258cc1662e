package io.myriapod.deviceplugin.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.PoolText;
import io.myriapod.fixtures.sysfs.FakeCards;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which devices are offered, and which of those are healthy. */
class StocktakingTest extends CardOfTwo {
  @Test
  void of_virtualFunctions_areOfferedInPlaceOfTheirCard() {
    at.configure(ALL);

    assertEquals(List.of(FIRST, SECOND), at.offered("all"));
    assertEquals("has 2 virtual functions, which are offered in its place", at.obstacle(CARD));
  }

  @Test
  void of_cardWithoutVirtualFunctionsThatNobodyUses_isOffered() {
    cards.physical("0000:01:00.0", "8086", "10c9", "igb", 7).link("0000:01:00.0", "eno1");
    at.configure(ALL);

    assertEquals("all", at.pool("0000:01:00.0"));
    assertTrue(at.entry("0000:01:00.0").isHealthy());
  }

  @Test
  void of_cardThatGetsAVirtualFunction_leaves() {
    cards.physical("0000:01:00.0", "8086", "10c9", "igb", 7).link("0000:01:00.0", "eno1");
    at.configure(ALL);
    cards.virtual("0000:01:00.0", 0, "0000:01:10.0", "10ca", Optional.of("igbvf"));

    at.look();

    assertEquals("", at.pool("0000:01:00.0"));
    assertEquals(
        "has a virtual function, which is offered in its place", at.obstacle("0000:01:00.0"));
    assertEquals("all", at.pool("0000:01:10.0"));
  }

  @Test
  void of_cardWithASubFunction_isNotOffered() {
    cards.physical("0000:03:00.0", "15b3", "101d", "mlx5_core", 8).link("0000:03:00.0", "ens3");
    cards.subFunction("0000:03:00.0", "mlx5_core.sf.4", 88, Optional.of("mlx5_core.sf"));
    at.configure(
        ALL,
        "'resourceName': 'sfs', 'deviceType': 'auxNetDevice', 'selectors': {'auxTypes': ['sf']}");

    assertEquals("", at.pool("0000:03:00.0"));
    assertEquals("has a sub-function, which is offered in its place", at.obstacle("0000:03:00.0"));
    assertEquals(List.of("mlx5_core.sf.4"), at.offered("sfs"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "carries the node's default route, as \"ens1f0v0\"",
        "has address 10.0.0.1/24, as \"ens1f0v0\"",
        "has a route to fd00::/64, as \"ens1f0v0\"",
        "is a port of bridge br0",
        "carries macvlan \"m0\" of the node"
      })
  void of_deviceThatTheNodeUses_isNotOffered(String use) {
    at.node.uses("ens1f0v0", use);
    at.configure(ALL);

    assertEquals("", at.pool(FIRST));
    assertEquals(use, at.obstacle(FIRST));
    assertEquals(List.of(SECOND), at.offered("all"));
  }

  @Test
  void of_deviceThatTheNodeUsesLater_isIllAsLongAsThat() {
    at.configure(ALL);
    at.node.uses("ens1f0v0", "has address 10.0.0.1/24, as \"ens1f0v0\"");
    at.look();

    assertEquals(List.of("-" + FIRST, SECOND), at.offered("all"));
    assertEquals("has address 10.0.0.1/24, as \"ens1f0v0\"", at.obstacle(FIRST));
    at.look();
    assertEquals(List.of("-" + FIRST, SECOND), at.offered("all"));

    at.node.usesNoMore("ens1f0v0");
    at.look();
    assertEquals(List.of(FIRST, SECOND), at.offered("all"));
  }

  @Test
  void of_deviceWithoutDriverThatWasNeverOffered_isKnownAsSuch() {
    cards.driver(FIRST, Optional.empty());
    at.configure(VFS);

    assertEquals(List.of(SECOND), at.offered("vfs"));
    assertEquals("has no driver", at.obstacle(FIRST));
  }

  @Test
  void of_deviceWithoutDriverThatNobodyWouldWant_needsNoWord() {
    cards.driver(FIRST, Optional.empty());
    at.configure(PoolText.entry("vfs", "{'drivers': ['iavf'], 'pfNames': ['ens1f0#1']}"));

    assertEquals("", at.obstacle(FIRST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'drivers': ['iavf']}", "{}", "{'linkTypes': ['ether']}", "{'isRdma': true}"})
  void of_deviceThatLosesItsDriver_isIllUntilItHasOneAgain(String selector) {
    cards.rdma(FakeCards.folder(FIRST), "mlx5_0", "0xffff");
    at.configure(PoolText.entry("vfs", selector));
    assertTrue(at.entry(FIRST).isHealthy());

    cards.driver(FIRST, Optional.empty()).movedAway("ens1f0v0");
    cards.sysfs().remove(FakeCards.folder(FIRST) + "/net");
    cards.sysfs().remove(FakeCards.folder(FIRST) + "/infiniband");
    at.look();
    at.look();
    assertEquals("vfs", at.pool(FIRST));
    assertEquals("has no driver", at.obstacle(FIRST));

    cards.driver(FIRST, Optional.of("iavf")).rdma(FakeCards.folder(FIRST), "mlx5_0", "0xffff");
    at.look();
    assertTrue(at.entry(FIRST).isHealthy());
  }

  @Test
  void of_deviceWithAnotherDriverThatNobodyHolds_leaves() {
    at.configure(VFS);
    cards.driver(FIRST, Optional.of("vfio-pci"));
    at.look();

    assertEquals(List.of(SECOND), at.offered("vfs"));
  }

  @Test
  void of_deviceThatGoes_leaves() {
    at.configure(ALL);
    cards.gone(FIRST);
    at.look();

    assertEquals(List.of(SECOND), at.offered("all"));
  }

  @Test
  void of_deviceThatGoesWhileAPodHoldsIt_isIllUntilThePodHasGone() {
    at.configure(ALL);
    at.holds(FIRST, "default/web");
    cards.gone(FIRST);
    at.look();
    at.look();

    assertEquals(List.of("-" + FIRST, SECOND), at.offered("all"));
    assertEquals("is not there any more", at.obstacle(FIRST));

    at.releases(FIRST);
    at.look();
    assertEquals(List.of(SECOND), at.offered("all"));
  }

  @Test
  void of_deviceThatComesBackToItsPod_isHealthyAgain() {
    at.configure(ALL);
    at.holds(FIRST, "default/web");
    cards.gone(FIRST);
    at.look();
    cards.sysfs().remove(FakeCards.folder(CARD) + "/virtfn0");
    cards.virtual(CARD, 0, FIRST, "154c", Optional.of("iavf"));
    at.look();

    assertEquals(List.of(FIRST, SECOND), at.offered("all"));
  }

  @Test
  void of_virtualFunctionInAPod_staysHealthy() {
    at.configure(
        PoolText.entry("vfs", "{'pfNames': ['ens1f0'], 'linkTypes': ['ether']}")
            + ", 'carrier': 'device'");
    at.holds(FIRST, "default/web");
    cards.movedAway("ens1f0v0");
    at.look();

    assertEquals(List.of(FIRST, SECOND), at.offered("vfs"));
    assertEquals("default/web", at.entry(FIRST).holder().orElseThrow().who());
  }

  /** Of a whole card in a pod nobody can tell name, link type or RDMA device any more. */
  @Test
  void of_cardInAPod_staysHealthy() {
    cards.function("0000:01:00.0", "15b3", "1017", "mlx5_core").link("0000:01:00.0", "ens9");
    cards.rdma(FakeCards.folder("0000:01:00.0"), "mlx5_9", "0x7fff");
    at.configure(
        PoolText.entry(
            "cards",
            "{'pfNames': ['ens9'], 'linkTypes': ['ether'], 'isRdma': true, 'pKeys': ['0x7fff'],"
                + " 'drivers': ['mlx5_core']}"));
    assertEquals(List.of("0000:01:00.0"), at.offered("cards"));

    at.holds("0000:01:00.0", "default/web");
    cards.movedAway("ens9");
    cards.sysfs().remove(FakeCards.folder("0000:01:00.0") + "/infiniband");
    at.look();
    at.look();

    assertEquals(List.of("0000:01:00.0"), at.offered("cards"));
  }

  @Test
  void of_heldDeviceWithAnotherDriver_isIllUntilItHasTheFormer() {
    at.configure(VFS);
    at.holds(FIRST, "default/web");
    cards.driver(FIRST, Optional.of("vfio-pci"));
    at.look();

    assertEquals(
        "is not what its pool selects any more; its driver is \"vfio-pci\"", at.obstacle(FIRST));
    assertEquals("vfs", at.pool(FIRST));

    cards.driver(FIRST, Optional.of("iavf"));
    at.look();
    assertEquals(List.of(FIRST, SECOND), at.offered("vfs"));
  }

  @Test
  void of_twoPoolsThatWantADevice_theFirstGetsIt() {
    at.configure(PoolText.entry("one", "{'pfNames': ['ens1f0#0']}"), VFS, ALL);

    assertEquals(List.of(FIRST), at.offered("one"));
    assertEquals(List.of(SECOND), at.offered("vfs"));
    assertEquals(List.of(), at.offered("all"));
    assertEquals(
        List.of("intel.com/vfs", "intel.com/all"),
        at.entry(FIRST).others().stream().map(Object::toString).toList());
  }

  @Test
  void of_deviceThatCouldNotBeCleaned_isIll() {
    at.configure(ALL);
    at.quarantines(FIRST, "set spoofchk of VF 0: EIO");
    at.look();

    assertEquals(List.of("-" + FIRST, SECOND), at.offered("all"));
    assertEquals("could not be cleaned: set spoofchk of VF 0: EIO", at.obstacle(FIRST));

    at.releases(FIRST);
    at.look();
    assertEquals(List.of(FIRST, SECOND), at.offered("all"));
  }

  @Test
  void of_deviceThatCouldNotBeCleanedBeforeTheStart_isIll() {
    at.quarantines(FIRST, "EIO");
    at.configure(ALL);

    assertEquals(List.of("-" + FIRST, SECOND), at.offered("all"));
  }

  @Test
  void of_carrierThatNobodyNeeds_isNotAsked() {
    at.node.carrier("ens1f0", Optional.of(false)).carrier("ens1f0v0", Optional.of(false));
    at.configure(ALL);

    assertEquals(List.of(FIRST, SECOND), at.offered("all"));
  }

  @Test
  void of_carrierOfTheCard_makesItsFunctionsIll() {
    at.node.carrier("ens1f0", Optional.of(false));
    at.configure(ALL + ", 'carrier': 'pf'");

    assertEquals(List.of("-" + FIRST, "-" + SECOND), at.offered("all"));
    assertEquals("has no carrier: its physical function is down", at.obstacle(FIRST));

    at.node.carrier("ens1f0", Optional.of(true)).carrier("ens1f0v0", Optional.of(false));
    at.look();
    assertEquals(List.of(FIRST, SECOND), at.offered("all"));
  }

  @Test
  void of_carrierOfACardByItself_isItsOwn() {
    cards.function("0000:01:00.0", "8086", "1533", "igb").link("0000:01:00.0", "eno1");
    at.node.carrier("eno1", Optional.of(false));
    at.configure(ALL + ", 'carrier': 'pf'");

    assertEquals("has no carrier: its interface is down", at.obstacle("0000:01:00.0"));
  }

  @Test
  void of_carrierOfTheDevice_countsWhileItIsSetUpOnTheNode() {
    at.node.carrier("ens1f0", Optional.of(false));
    at.node.carrier("ens1f0v0", Optional.of(false)).carrier("ens1f0v1", Optional.empty());
    at.configure(ALL + ", 'carrier': 'device'");

    assertEquals(List.of("-" + FIRST, SECOND), at.offered("all"));
    assertEquals("has no carrier: its interface is down", at.obstacle(FIRST));
  }

  @Test
  void of_deviceThatAils_isIll() {
    at.ails(FIRST, "cannot be opened: its IOMMU group 7 has 0000:00:01.0 too");
    at.configure(ALL);

    assertEquals(List.of("-" + FIRST, SECOND), at.offered("all"));
    assertEquals("cannot be opened: its IOMMU group 7 has 0000:00:01.0 too", at.obstacle(FIRST));
  }
}
