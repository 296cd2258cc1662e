package io.myriapod.vfio.given;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkDetails;
import io.myriapod.linux.link.OperState;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceClaimsTest {
  private static final PciAddress FUNCTION = new PciAddress("0000:01:10.2");

  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:11");

  @TempDir private Path temp;

  /** It is still in the journal when the first ADDs of the new boot are let in. */
  @Test
  void youngest_recordOfAnEarlierBoot_isNoClaim() {
    GivenDevice given = device("eth1", 12);
    try (Journal earlier = journal("earlier");
        OpenRecord record = begin(earlier, "c1")) {
      record.will(given.toInverse());
      record.will(new GivenFunction(FUNCTION).toInverse());
      record.done();
    }

    try (Journal journal = journal("now")) {
      DeviceClaims claims = new DeviceClaims(journal);

      assertEquals(1, journal.all().size());
      assertEquals(Optional.empty(), claims.youngest(device -> true));
      assertEquals(Optional.empty(), claims.holderOf(FUNCTION));
    }
  }

  /** As two VLANs of one parent, or two ports of a switch. */
  @Test
  void isTakenSince_anotherDeviceWithTheSameMac_isNot() {
    GivenDevice first = device("eth1.100", 12);
    GivenDevice second = device("eth1.200", 13);
    try (Journal journal = journal("now");
        OpenRecord one = begin(journal, "c1");
        OpenRecord two = begin(journal, "c2")) {
      one.will(first.toInverse());
      two.will(second.toInverse());
      DeviceClaims claims = new DeviceClaims(journal);

      assertFalse(claims.isTakenSince(stepOf(one, first.toInverse()), first));
      one.done();
      two.done();
    }
  }

  /** Two ADDs at once: the first to begin need not be the first to take. */
  @Test
  void isTakenSince_byAnAddThatBeganBefore_is() {
    GivenDevice device = device("eth1", 12);
    GivenDevice again = device.withPodIndex(5);
    try (Journal journal = journal("now");
        OpenRecord one = begin(journal, "c1");
        OpenRecord two = begin(journal, "c2")) {
      two.will(device.toInverse());
      one.will(again.toInverse());
      DeviceClaims claims = new DeviceClaims(journal);

      assertTrue(claims.isTakenSince(stepOf(two, device.toInverse()), device));
      assertFalse(claims.isTakenSince(stepOf(one, again.toInverse()), again));
      assertEquals("c1", claims.youngest(other -> true).orElseThrow().holder().container().value());
      one.done();
      two.done();
    }
  }

  /** Ports of a switch: one device behind them, one address. */
  @Test
  void is_anotherPortOfTheSwitch_isNot() {
    GivenDevice lan1 = device("lan1", 12);

    assertTrue(lan1.is(port("lan1", 12, "")));
    assertTrue(lan1.is(port("dev17", 40, "lan1")));
    assertFalse(lan1.is(port("lan2", 13, "")));
  }

  /** igbvf takes the MAC that the link has for burnt in, whenever the link is set down. */
  @Test
  void is_functionWithAnotherBurntInAddressByNow_is() {
    Link link = function("net1", Optional.of(MacAddress.parse("02:00:00:00:00:77")));
    GivenDevice given =
        new GivenDevice(
            "/run/netns/pod",
            "boot/1",
            new InterfaceName("net1"),
            5,
            DeviceState.of(function("eth2", Optional.of(MAC)), List.of(), Instant.EPOCH).asSole());

    assertTrue(given.is(link));
    assertTrue(GivenDevice.from(given.toInverse()).is(link));
  }

  /** Hardware outlives a namespace: if it is not on the node, the namespace that has it lives. */
  @Test
  void isAway_functionThatTheKernelDrivesIsNotOnTheNode_is() {
    FakeSysfs sysfs = new FakeSysfs(temp.resolve("sys"));
    DeviceTree tree = new DeviceTree(new Sysfs(sysfs.root()));
    Link home = function("eth2", Optional.of(MAC));
    DeviceState state = DeviceState.of(home, List.of(), Instant.EPOCH).asSole();
    GivenDevice given =
        new GivenDevice("/run/netns/pod", "boot/1", new InterfaceName("net1"), 5, state);
    try (Journal journal = journal("now");
        OpenRecord steps = begin(journal, "c1")) {
      steps.will(given.toInverse());
      AttachmentRecord record = steps.record().orElseThrow();

      assertFalse(DeviceClaims.isAway(record, List.of(), tree), "it is gone");
      sysfs.function(FUNCTION.value(), "0x8086", "0x10ca", Optional.of("igbvf"));
      assertTrue(DeviceClaims.isAway(record, List.of(), tree));
      assertFalse(DeviceClaims.isAway(record, List.of(home), tree));
      steps.done();
    }
  }

  @Test
  void isAway_functionThatProgramsDrive_isNot() {
    FakeSysfs sysfs = new FakeSysfs(temp.resolve("sys"));
    sysfs.function(FUNCTION.value(), "0x8086", "0x10ca", Optional.of("vfio-pci"));
    DeviceTree tree = new DeviceTree(new Sysfs(sysfs.root()));
    DeviceState state =
        DeviceState.of(function("eth2", Optional.of(MAC)), List.of(), Instant.EPOCH).asSole();
    try (Journal journal = journal("now");
        OpenRecord steps = begin(journal, "c1")) {
      steps.will(
          new GivenDevice("/run/netns/pod", "boot/1", new InterfaceName("net1"), 5, state)
              .toInverse());

      assertFalse(DeviceClaims.isAway(steps.record().orElseThrow(), List.of(), tree));
      steps.done();
    }
  }

  private static Link function(String name, Optional<MacAddress> burntIn) {
    return new Link(
        9,
        name,
        List.of(),
        Optional.empty(),
        Optional.of(MacAddress.parse("02:00:00:00:00:78")),
        burntIn,
        1500,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        OperState.DOWN,
        0,
        1000,
        "",
        Optional.of("0000:01:10.2"),
        new LinkDetails.Plain(),
        Optional.empty());
  }

  private static Link port(String name, int index, String alias) {
    return new Link(
        index,
        name,
        List.of(),
        Optional.of("dsa"),
        Optional.of(MAC),
        Optional.empty(),
        1500,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        OperState.DOWN,
        0,
        1000,
        alias,
        Optional.of("switch0"),
        new LinkDetails.Plain(),
        Optional.empty());
  }

  private Journal journal(String boot) {
    return Journal.open(temp, boot, file -> () -> {}, (phase, key, detail) -> {});
  }

  private static OpenRecord begin(Journal journal, String container) {
    return journal.begin(
        new AttachmentKey(new ContainerId(container), new InterfaceName("net1")),
        JsonNodeFactory.instance.objectNode());
  }

  private static long stepOf(OpenRecord record, Inverse inverse) {
    return record.record().orElseThrow().stepOf(inverse);
  }

  private static GivenDevice device(String name, int index) {
    DeviceIdentity identity =
        new DeviceIdentity(
            Optional.of("dsa"), Optional.of(MAC), Optional.empty(), Optional.of("switch0"), false);
    DeviceState state =
        new DeviceState(
            identity,
            index,
            new InterfaceName(name),
            List.of(),
            "",
            1500,
            1000,
            0,
            true,
            false,
            false,
            List.of());
    return new GivenDevice("/run/netns/x", "now/1", new InterfaceName("net1"), 0, state);
  }
}
