package io.myriapod.deviceplugin.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.PoolText;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.types.DeviceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicePoolsTest {
  private static final String CARD = "0000:86:00.0";
  private static final String FIRST = "0000:86:02.0";
  private static final String SECOND = "0000:86:02.1";
  private static final String ONE = PoolText.entry("one", "{'pfNames': ['ens1f0#0']}");
  private static final String TWO = PoolText.entry("two", "{'pfNames': ['ens1f0#1']}");
  private static final Optional<RuntimeException> REFUSAL =
      Optional.of(new ErrnoException("read links", 105));

  @TempDir Path root;
  private PoolsUnderTest at;

  @BeforeEach
  void make() {
    at = new PoolsUnderTest(root);
    at.node.cards.physical(CARD, "8086", "1572", "i40e", 32).link(CARD, "ens1f0").numaNode(CARD, 1);
    at.node.cards.virtual(CARD, 0, FIRST, "154c", Optional.of("iavf")).numaNode(FIRST, 1);
    at.node.cards.virtual(CARD, 1, SECOND, "154c", Optional.of("iavf"));
  }

  private List<String> resources() {
    return at.pools.pools().stream().map(pool -> pool.resource().toString()).toList();
  }

  private List<OfferedDevice> devices(int pool) {
    return at.pools.pools().get(pool).devices();
  }

  @Test
  void configure_first_tellsWhoHasDevices() {
    assertEquals(List.of(), at.pools.pools());
    assertFalse(at.pools.isSeen());

    assertEquals(
        Set.of("one", "two"),
        at.configure(ONE, TWO, PoolText.entry("none", "{'vendors': ['15b3']}")));

    assertTrue(at.pools.isSeen());
    assertEquals(List.of("intel.com/one", "intel.com/two", "intel.com/none"), resources());
    assertEquals(
        List.of(new OfferedDevice(new DeviceId(FIRST), Optional.of(1), CARD, Optional.empty())),
        devices(0));
    assertEquals(List.of(), devices(2));
  }

  @Test
  void configure_excludeTopology_tellsNoNumaNode() {
    at.configure(ONE + ", 'excludeTopology': true");

    assertEquals(Optional.empty(), devices(0).get(0).numaNode());
  }

  @Test
  void refresh_nothingElse_tellsNothing() {
    at.configure(ONE, TWO);

    assertEquals(Set.of(), at.look());
  }

  @Test
  void refresh_deviceThatFellIll_tellsItsPool() {
    at.configure(ONE, TWO);
    at.node.cards.driver(SECOND, Optional.empty());

    assertEquals(Set.of("two"), at.look());
    assertEquals(Optional.of("has no driver"), devices(1).get(0).illness());
    assertEquals(Set.of(), at.look());
  }

  @Test
  void configure_otherPools_tellsWhoseDevicesAreOthers() {
    at.configure(ONE, TWO);
    Pool former = at.pools.pools().get(0);

    assertEquals(Set.of("one", "three"), at.configure(ONE.replace("#0", "#1"), three("ens1f0#0")));

    assertEquals(List.of("intel.com/one", "intel.com/three"), resources());
    assertEquals(List.of(SECOND), at.offered("one"));
    assertEquals(List.of(FIRST), at.offered("three"));
    assertEquals(List.of(), at.offered("two"));
    assertEquals(SECOND, former.devices().get(0).id().value());
  }

  private static String three(String card) {
    return PoolText.entry("three", "{'pfNames': ['%s']}".formatted(card));
  }

  @Test
  void configure_sameDevicesWithoutTopology_tellsThePool() {
    at.configure(ONE, TWO);

    assertEquals(Set.of("one"), at.configure(ONE + ", 'excludeTopology': true", TWO));
  }

  @Test
  void configure_noPools_offersNothing() {
    at.configure(ONE);
    at.pools.configure(List.of());

    assertEquals(List.of(), at.pools.pools());
    assertEquals("", at.pool(FIRST));
  }

  @Test
  void refresh_nodeThatCannotBeLookedAt_keepsEverything() {
    at.configure(ONE, TWO);
    Inventory before = at.pools.inventory();
    at.node.refuses(REFUSAL);
    at.node.cards.gone(FIRST);

    assertEquals(Set.of(), at.look());
    assertEquals(before, at.pools.inventory());

    at.node.refuses(Optional.of(new UncheckedIOException("list", new IOException("EIO"))));
    assertEquals(Set.of(), at.look());
    assertEquals(before, at.pools.inventory());
    assertEquals(List.of(FIRST), at.offered("one"));

    at.node.refuses(Optional.empty());
    assertEquals(Set.of("one"), at.look());
    assertEquals(List.of(), at.offered("one"));
  }

  @Test
  void configure_nodeThatCannotBeLookedAt_countsAtTheNextLook() {
    at.configure(ONE);
    at.node.refuses(REFUSAL);
    at.configure(ONE + ", 'excludeTopology': true", TWO);
    assertEquals(List.of(FIRST), at.offered("one"));

    at.node.refuses(Optional.empty());

    assertEquals(Set.of("one", "two"), at.look());
    assertEquals(List.of(SECOND), at.offered("two"));
  }

  /** Nobody is told of resources without devices before the devices are known. */
  @Test
  void pools_nodeThatCouldNeverBeLookedAt_areNone() {
    at.node.refuses(REFUSAL);
    at.configure(ONE);
    assertEquals(List.of(), at.pools.pools());
    assertFalse(at.pools.isSeen());

    at.node.refuses(Optional.empty());
    assertEquals(Set.of("one"), at.look());
    assertEquals(List.of("intel.com/one"), resources());
  }

  @Test
  void isHeld_deviceOfAPod_alsoIfItIsNotThere() {
    at.holds(FIRST, "default/web").holds("0000:99:00.0", "default/web");
    at.configure(ONE);

    assertTrue(at.pools.isHeld(new DeviceId(FIRST)));
    assertTrue(at.pools.isHeld(new DeviceId("0000:99:00.0")));
    assertFalse(at.pools.isHeld(new DeviceId(SECOND)));
  }
}
