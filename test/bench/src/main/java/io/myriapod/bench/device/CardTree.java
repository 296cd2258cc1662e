package io.myriapod.bench.device;

import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.device.NodeView;
import io.myriapod.deviceplugin.device.SeenLink;
import io.myriapod.fixtures.sysfs.FakeCards;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.sys.Sysfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sysfs with cards that are full of virtual functions, each with its driver and an interface.
 *
 * @param root of the sysfs
 */
record CardTree(Path root, int cards, int functions) {
  /** Eight cards of 128 functions. */
  static CardTree full(Path root) {
    return new CardTree(root, 8, 128);
  }

  /** How many devices there are. */
  int devices() {
    return cards * (functions + 1);
  }

  /** Writes it; takes seconds. */
  FakeCards write() {
    FakeCards tree = new FakeCards(new FakeSysfs(root));
    for (int card = 0; card < cards; card++) {
      tree.physical(physical(card), "8086", "1572", "i40e", functions);
      tree.link(physical(card), linkOf(card)).numaNode(physical(card), card % 2);
      for (int index = 0; index < functions; index++) {
        String virtual = virtual(card, index);
        tree.virtual(physical(card), index, virtual, "154c", Optional.of("iavf"));
        tree.link(virtual, linkOf(card, index)).numaNode(virtual, card % 2);
      }
    }
    return tree;
  }

  private static String physical(int card) {
    return "0000:%02x:00.0".formatted(0x10 + card);
  }

  static String virtual(int card, int index) {
    return "0000:%02x:%02x.%x".formatted(0x10 + card, 2 + index / 8, index % 8);
  }

  private static String linkOf(int card) {
    return "ens" + card;
  }

  static String linkOf(int card, int index) {
    return "ens%dv%d".formatted(card, index);
  }

  /** Looks at it, with rtnetlink saying of every interface that it is up and not used. */
  Discovery discovery() {
    List<SeenLink> links = new ArrayList<>();
    for (int card = 0; card < cards; card++) {
      links.add(link(linkOf(card), physical(card)));
      for (int index = 0; index < functions; index++) {
        links.add(link(linkOf(card, index), virtual(card, index)));
      }
    }
    return new Discovery(new Sysfs(root), () -> new Unused(links));
  }

  private static SeenLink link(String name, String device) {
    return new SeenLink(name, Optional.of(device), Optional.of(true));
  }

  private record Unused(List<SeenLink> links) implements NodeView {
    @Override
    public Optional<String> useOf(SeenLink link) {
      return Optional.empty();
    }
  }
}
