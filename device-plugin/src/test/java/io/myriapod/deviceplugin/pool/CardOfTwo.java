package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.PoolText;
import io.myriapod.fixtures.sysfs.FakeCards;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A card with two functions and the pools that are made of them. */
abstract class CardOfTwo {
  static final String CARD = "0000:86:00.0";
  static final String FIRST = "0000:86:02.0";
  static final String SECOND = "0000:86:02.1";
  static final String ALL = "'resourceName': 'all'";
  static final String VFS = PoolText.entry("vfs", "{'drivers': ['iavf']}");
  static final String DPDK =
      PoolText.entry("dpdk", "{'drivers': ['iavf']}") + ", 'driver': 'vfio-pci'";

  @TempDir Path root;
  PoolsUnderTest at;
  FakeCards cards;

  /** A card with two virtual functions, both with a kernel driver and an interface. */
  @BeforeEach
  void make() {
    at = new PoolsUnderTest(root);
    cards = at.node.cards;
    cards.physical(CARD, "8086", "1572", "i40e", 32).link(CARD, "ens1f0");
    cards.virtual(CARD, 0, FIRST, "154c", Optional.of("iavf")).link(FIRST, "ens1f0v0");
    cards.virtual(CARD, 1, SECOND, "154c", Optional.of("iavf")).link(SECOND, "ens1f0v1");
  }
}
