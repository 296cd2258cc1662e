package io.myriapod.deviceplugin.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.deviceplugin.PoolText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryNewsTest {
  private static final String CARD = "0000:86:00.0";
  private static final String VFS = PoolText.entry("vfs", "{'devices': ['154c']}");
  private static final String SOME = PoolText.entry("some", "{'pfNames': ['ens1f0#0-1']}");

  @TempDir Path root;
  private PoolsUnderTest at;

  @BeforeEach
  void make() {
    at = new PoolsUnderTest(root);
    at.node.cards.physical(CARD, "8086", "1572", "i40e", 32).link(CARD, "ens1f0");
    for (int index = 0; index < 6; index++) {
      at.node.cards.virtual(CARD, index, vf(index), "154c", Optional.of("iavf"));
    }
  }

  private static String vf(int index) {
    return "0000:86:02." + index;
  }

  private List<String> news(Runnable change) {
    Inventory former = at.pools.inventory();
    change.run();
    return new InventoryNews(former, at.pools.inventory()).sentences();
  }

  @Test
  void sentences_firstLook_countNewDevicesAndShowSome() {
    assertEquals(
        List.of(
            "intel.com/some: 2 new: 0000:86:02.0, 0000:86:02.1",
            "intel.com/vfs: 4 new: 0000:86:02.2, 0000:86:02.3, 0000:86:02.4, 0000:86:02.5",
            "intel.com/some has devices that intel.com/vfs wants too: 0000:86:02.0, 0000:86:02.1"),
        news(() -> at.configure(SOME, VFS)));
  }

  @Test
  void sentences_manyDevices_showTheFirstFour() {
    assertEquals(
        List.of("intel.com/vfs: 6 new: 0000:86:02.0, 0000:86:02.1, 0000:86:02.2, 0000:86:02.3, …"),
        news(() -> at.configure(VFS)));
  }

  @Test
  void sentences_nothingElse_areNone() {
    at.configure(SOME, VFS);

    assertEquals(List.of(), news(at::look));
  }

  @Test
  void sentences_deviceThatWentAndCame_areOneEach() {
    at.configure(VFS);
    at.node.cards.gone(vf(3));
    assertEquals(List.of("intel.com/vfs: 1 gone: 0000:86:02.3"), news(at::look));

    at.node.cards.sysfs().remove("bus/pci/devices/" + CARD + "/virtfn3");
    at.node.cards.virtual(CARD, 3, vf(3), "154c", Optional.of("iavf"));
    assertEquals(List.of("intel.com/vfs: 1 new: 0000:86:02.3"), news(at::look));
  }

  @Test
  void sentences_deviceThatFallsIllAndRecovers_areOneEach() {
    at.configure(VFS);
    at.node.cards.driver(vf(2), Optional.empty());
    assertEquals(
        List.of("intel.com/vfs: 0000:86:02.2 is unhealthy: it has no driver"), news(at::look));
    assertEquals(List.of(), news(at::look));

    at.node.cards.driver(vf(2), Optional.of("iavf"));
    assertEquals(List.of("intel.com/vfs: 0000:86:02.2 is healthy again"), news(at::look));
  }

  @Test
  void sentences_anotherIllness_isTold() {
    at.configure(VFS);
    at.quarantines(vf(0), "EIO");
    at.look();
    at.node.cards.driver(vf(0), Optional.empty());

    assertEquals(
        List.of("intel.com/vfs: 0000:86:02.0 is unhealthy: it has no driver"), news(at::look));
  }

  @Test
  void sentences_deviceThatIsIllFromTheStart_isTold() {
    at.quarantines(vf(0), "reset VF 0: EIO");

    assertEquals(
        List.of(
            "intel.com/some: 2 new: 0000:86:02.0, 0000:86:02.1",
            "intel.com/some: 0000:86:02.0 is unhealthy: it could not be cleaned: reset VF 0: EIO"),
        news(() -> at.configure(SOME)));
  }

  /** A card that is unplugged is no reason for a line for each of its functions. */
  @Test
  void sentences_cardWithoutCarrier_areTwoForAllItsFunctions() {
    at.configure(VFS + ", 'carrier': 'pf'");
    at.node.carrier("ens1f0", Optional.of(false));
    assertEquals(
        List.of(
            "intel.com/vfs: 6 devices are unhealthy: each has no carrier: its physical function is"
                + " down: 0000:86:02.0, 0000:86:02.1, 0000:86:02.2, 0000:86:02.3, …"),
        news(at::look));

    at.node.carrier("ens1f0", Optional.of(true));
    assertEquals(
        List.of(
            "intel.com/vfs: 6 devices are healthy again:"
                + " 0000:86:02.0, 0000:86:02.1, 0000:86:02.2, 0000:86:02.3, …"),
        news(at::look));
  }

  @Test
  void sentences_interfaceWithAnOddName_areOneLine() {
    at.configure(VFS);
    at.ails(vf(0), "has address 10.9.0.1/24, as \"\u001b[31m\u202e\"");

    assertEquals(
        List.of(
            "intel.com/vfs: 0000:86:02.0 is unhealthy: it has address 10.9.0.1/24, as \"?[31m?\""),
        news(at::look));
  }

  @Test
  void sentences_deviceThatMoves_tellBothPools() {
    at.configure(VFS);

    assertEquals(
        List.of(
            "intel.com/some: 2 new: 0000:86:02.0, 0000:86:02.1",
            "intel.com/vfs: 2 gone: 0000:86:02.0, 0000:86:02.1",
            "intel.com/some has devices that intel.com/vfs wants too: 0000:86:02.0, 0000:86:02.1"),
        news(() -> at.configure(SOME, VFS)));
  }

  @Test
  void sentences_threePoolsThatWantADevice_nameAll() {
    at.configure(SOME, VFS);

    assertEquals(
        List.of(
            "intel.com/some has devices that intel.com/vfs, intel.com/all want too:"
                + " 0000:86:02.0, 0000:86:02.1",
            "intel.com/vfs has devices that intel.com/all wants too:"
                + " 0000:86:02.2, 0000:86:02.3, 0000:86:02.4, 0000:86:02.5"),
        news(() -> at.configure(SOME, VFS, "'resourceName': 'all'")));
  }

  @Test
  void sentences_deviceThatNobodyWants_areNone() {
    at.configure(PoolText.entry("other", "{'vendors': ['15b3']}"));
    at.node.cards.driver(vf(0), Optional.empty());

    assertEquals(List.of(), news(at::look));
  }
}
