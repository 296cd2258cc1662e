package io.myriapod.child.link;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.link.Link;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import java.util.List;

/**
 * How a config names the parent. Interface names have no colon, so the forms cannot be mixed up.
 */
public sealed interface ParentSelector {
  /** The links that it may mean; none or several is an error of the config. */
  List<Link> candidates(ParentPlace place);

  record ByName(InterfaceName name) implements ParentSelector {
    @Override
    public List<Link> candidates(ParentPlace place) {
      return place.named(name.value());
    }

    @Override
    public String toString() {
      return "\"%s\"".formatted(name);
    }
  }

  record ByMac(MacAddress mac) implements ParentSelector {
    @Override
    public List<Link> candidates(ParentPlace place) {
      return place.withMac(mac);
    }

    @Override
    public String toString() {
      return "with MAC " + mac;
    }
  }

  record ByPci(PciAddress pci) implements ParentSelector {
    @Override
    public List<Link> candidates(ParentPlace place) {
      return place.ofDevice(pci);
    }

    @Override
    public String toString() {
      return "of PCI device " + pci;
    }
  }

  /** The link of the default route, IPv4 first. */
  record ByDefaultRoute() implements ParentSelector {
    @Override
    public List<Link> candidates(ParentPlace place) {
      return place.ofDefaultRoute();
    }

    @Override
    public boolean isLasting() {
      return false;
    }

    @Override
    public String toString() {
      return "of the default route";
    }
  }

  /**
   * The one link of the result of the plugin before.
   *
   * @param names of all interfaces in that result
   */
  record ByEarlierResult(List<String> names) implements ParentSelector {
    public ByEarlierResult {
      names = List.copyOf(names);
    }

    @Override
    public List<Link> candidates(ParentPlace place) {
      if (names.size() != 1 || names.get(0).isEmpty()) {
        throw new CniException(
            ErrorCode.INVALID_CONFIG,
            "\"master\" is missing, and prevResult has %d interfaces: want one with a name"
                .formatted(names.size()),
            "set \"master\" to the link that is to be the parent");
      }
      return place.named(names.get(0));
    }

    @Override
    public boolean isLasting() {
      return false;
    }

    @Override
    public String toString() {
      return "\"%s\" of prevResult".formatted(String.join(", ", names));
    }
  }

  /** Whether it means the same link for ever: else a child stays where it was made. */
  default boolean isLasting() {
    return true;
  }

  /** What the key {@code master} says. Throws CniException 7 if that cannot be a link. */
  static ParentSelector in(ConfigObject root) {
    String master = root.string("master").orElse("");
    try {
      return parse(master);
    } catch (IllegalArgumentException e) {
      throw root.invalid(
          "master",
          master,
          "a link's name, its MAC address, its PCI address, or nothing for the default route's link");
    }
  }

  private static ParentSelector parse(String text) {
    if (text.isEmpty()) {
      return new ByDefaultRoute();
    }
    if (!text.contains(":") && !text.matches("([0-9a-fA-F]{2}-){5}[0-9a-fA-F]{2}")) {
      return new ByName(new InterfaceName(text));
    }
    return text.contains(".") ? new ByPci(new PciAddress(text)) : new ByMac(MacAddress.parse(text));
  }
}
