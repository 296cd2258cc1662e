package io.myriapod.journal.inverse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InversesTest {
  private static final InterfaceName NET1 = new InterfaceName("net1");

  @Test
  void createdLink_thereAndBack_isEqual() {
    CreatedLink link =
        new CreatedLink(
            Optional.of("/run/netns/a"),
            Optional.of("boot:7"),
            NET1,
            0,
            "macvlan",
            MacAddress.parse("02:00:5e:10:00:01"));
    assertEquals(link, CreatedLink.from(link.toInverse()));
    assertEquals(9, CreatedLink.from(link.withIndex(9).toInverse()).index());
    assertEquals(UndoClass.LINK, link.toInverse().undoClass());
    CreatedLink onHost =
        new CreatedLink(Optional.empty(), Optional.empty(), NET1, 3, "veth", link.mac());
    assertEquals(onHost, CreatedLink.from(onHost.toInverse()));
  }

  @Test
  void heldLease_thereAndBack_isEqual() {
    HeldLease lease =
        new HeldLease(
            Path.of("/var/lib/cni/networks"), "a", new AttachmentKey(new ContainerId("c"), NET1));
    assertEquals(lease, HeldLease.from(lease.toInverse()));
    assertEquals(UndoClass.LEASE, lease.toInverse().undoClass());
  }

  @Test
  void ranForeign_thereAndBack_keepsEachByteOfTheConfig() {
    byte[] config = "{ \"a\":1.0e3,\n\t\"a\" : \"\\u00e9é😀\" } ".getBytes(StandardCharsets.UTF_8);
    RanForeign ran =
        RanForeign.of("flannel", config, Map.of("CNI_IFNAME", "net1"), List.of("/b", "/a"));
    RanForeign back = RanForeign.from(ran.toInverse());
    assertEquals(ran, back);
    assertArrayEquals(config, back.config());
    assertEquals(Optional.of("net1"), back.variable("CNI_IFNAME"));
    assertEquals(Optional.empty(), back.variable("CNI_ARGS"));
  }

  @Test
  void ranForeign_configThatIsNotUtf8_isRefused() {
    byte[] latin1 = "é".getBytes(StandardCharsets.ISO_8859_1);
    assertThrows(
        IllegalArgumentException.class,
        () -> RanForeign.of("flannel", latin1, Map.of(), List.of()));
  }

  @Test
  void from_anotherKindOrAFieldShort_saysWhich() {
    Inverse lease =
        new HeldLease(Path.of("/d"), "a", new AttachmentKey(new ContainerId("c"), NET1))
            .toInverse();
    var kind = assertThrows(IllegalArgumentException.class, () -> CreatedLink.from(lease));
    assertEquals("inverse of kind \"host-local-lease\": want \"link\"", kind.getMessage());
    var data = lease.data();
    data.remove("network");
    var field =
        assertThrows(
            IllegalArgumentException.class,
            () -> HeldLease.from(new Inverse(lease.kind(), UndoClass.LEASE, data)));
    assertEquals(
        "inverse of kind \"host-local-lease\": field \"network\" is absent or of another type",
        field.getMessage());
  }
}
