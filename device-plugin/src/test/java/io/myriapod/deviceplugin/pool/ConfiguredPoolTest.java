package io.myriapod.deviceplugin.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.PoolText;
import io.myriapod.deviceplugin.config.AllocationPolicy;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.deviceplugin.pool.AllocationException.Kind;
import io.myriapod.types.DeviceId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which devices a pool gives, and what it says of others. */
class ConfiguredPoolTest {
  private static final String CARD = "0000:86:00.0";
  private static final String FIRST = "0000:86:02.0";
  private static final String SECOND = "0000:86:02.1";
  private static final String FOREIGN = "0000:86:02.2";

  @TempDir Path root;
  private final Book book = new Book();
  private PoolsUnderTest at;

  /** Writes down what it is asked for: {@code VERB IDS of POOL SIZE}. */
  private static final class Book implements Allocation {
    private final List<String> asked = new ArrayList<>();

    @Override
    public ContainerGrant allocate(PoolConfig pool, List<Entry> devices, List<Entry> all) {
      asked.add("allocate %s of %d".formatted(show(devices), all.size()));
      return new ContainerGrant(
          Map.of("pool", pool.resource().name()), List.of(), Map.of(), List.of());
    }

    @Override
    public void requireReady(PoolConfig pool, List<Entry> devices) {
      asked.add("ready " + show(devices));
    }

    private static List<String> show(List<Entry> devices) {
      return devices.stream().map(entry -> entry.device().id().value()).toList();
    }
  }

  @BeforeEach
  void make() {
    at = new PoolsUnderTest(root);
    at.node.cards.physical(CARD, "8086", "1572", "i40e", 32).link(CARD, "ens1f0");
    for (int index = 0; index < 3; index++) {
      at.node.cards.virtual(CARD, index, "0000:86:02." + index, "154c", Optional.of("iavf"));
    }
  }

  private ConfiguredPool pool(String more) {
    at.configure(
        PoolText.entry("vfs", "{'pfNames': ['ens1f0#0-1']}") + more,
        PoolText.entry("others", "{'pfNames': ['ens1f0']}"));
    return new ConfiguredPool(at.pools.selection().pools().get(0), at.pools::inventory, book);
  }

  private static List<DeviceId> ids(String... ids) {
    return Stream.of(ids).map(DeviceId::new).toList();
  }

  private void assertRefused(Kind kind, String sentence, Pool pool, String... ids) {
    AllocationException refused =
        assertThrows(AllocationException.class, () -> pool.allocate(ids(ids)));
    assertEquals(sentence, refused.getMessage());
    assertEquals(kind, refused.kind());
    assertEquals(List.of(), book.asked);
  }

  @Test
  void allocate_devicesOfThePool_areGivenInTheirOrder() {
    ContainerGrant grant = pool("").allocate(ids(SECOND, FIRST));

    assertEquals(Map.of("pool", "vfs"), grant.environment());
    assertEquals(List.of("allocate [0000:86:02.1, 0000:86:02.0] of 2"), book.asked);
  }

  @Test
  void allocate_noDevice_isRefused() {
    assertRefused(Kind.NOT_OFFERED, "allocate devices of intel.com/vfs: none is named", pool(""));
  }

  @Test
  void allocate_unknownDevice_isRefused() {
    assertRefused(
        Kind.NOT_OFFERED,
        "allocate device 0000:99:00.0 of intel.com/vfs: the pool has no such device; `myriapod"
            + " devices explain 0000:99:00.0` tells why",
        pool(""),
        FIRST,
        "0000:99:00.0");
  }

  @Test
  void allocate_deviceOfAnotherPool_isRefused() {
    assertRefused(
        Kind.NOT_OFFERED,
        "allocate device 0000:86:02.2 of intel.com/vfs: the pool has no such device; `myriapod"
            + " devices explain 0000:86:02.2` tells why",
        pool(""),
        FOREIGN);
  }

  @Test
  void allocate_deviceThatIsInNoPool_isRefused() {
    assertRefused(
        Kind.NOT_OFFERED,
        "allocate device 0000:86:00.0 of intel.com/vfs: the pool has no such device; `myriapod"
            + " devices explain 0000:86:00.0` tells why",
        pool(""),
        CARD);
  }

  @Test
  void allocate_deviceTwice_isRefused() {
    assertRefused(
        Kind.NOT_OFFERED,
        "allocate device 0000:86:02.0 of intel.com/vfs: it is named twice",
        pool(""),
        FIRST,
        SECOND,
        FIRST);
  }

  @Test
  void allocate_deviceThatIsIll_isRefused() {
    Pool pool = pool("");
    at.quarantines(SECOND, "set VLAN of VF 1: EIO");
    at.look();

    assertRefused(
        Kind.NOT_READY,
        "allocate device 0000:86:02.1 of intel.com/vfs: it could not be cleaned: set VLAN of VF 1:"
            + " EIO",
        pool,
        FIRST,
        SECOND);
  }

  /** The kubelet frees devices before their pods' networks are gone. */
  @Test
  void allocate_deviceThatAPodHasYet_isGiven() {
    Pool pool = pool("");
    at.holds(FIRST, "default/old");
    at.look();

    pool.allocate(ids(FIRST));

    assertEquals(List.of("allocate [0000:86:02.0] of 2"), book.asked);
  }

  @Test
  void requireReady_devices_areAskedForAsTheyAre() {
    Pool pool = pool("");

    pool.requireReady(ids(FIRST));
    AllocationException refused =
        assertThrows(AllocationException.class, () -> pool.requireReady(ids(FOREIGN)));

    assertEquals(List.of("ready [0000:86:02.0]"), book.asked);
    assertEquals(
        "start a container with device 0000:86:02.2 of intel.com/vfs: the pool has no such device;"
            + " `myriapod devices explain 0000:86:02.2` tells why",
        refused.getMessage());
  }

  @Test
  void pool_ofAConfiguration_saysWhatItWants() {
    assertFalse(pool("").needsPreStart());
    assertEquals(AllocationPolicy.PACKED, pool("").policy());
    Pool other = pool(", 'driver': 'vfio-pci', 'allocationPolicy': 'distinct-pf'");
    assertTrue(other.needsPreStart());
    assertEquals(AllocationPolicy.DISTINCT_PF, other.policy());
    assertEquals("intel.com/vfs", other.resource().toString());
    assertEquals(
        List.of(FIRST, SECOND),
        other.devices().stream().map(device -> device.id().value()).toList());
    assertEquals(CARD, other.devices().get(0).physical());
  }
}
