package io.myriapod.base.hostdevice;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.DeviceClaims;
import io.myriapod.vfio.given.DeviceClaims.Claim;
import java.util.List;
import java.util.Optional;

/** Finds the device that a config means: on the node, or in the pod that has it. */
record DeviceSearch(DeviceTree tree, DeviceClaims claims) {
  /**
   * The device. Changes nothing.
   *
   * @throws CniException 100 if there is none, 7 if the selectors mean different ones
   */
  FoundDevice find(NetworkNamespace host, List<DeviceSelector> selectors) {
    DeviceSelector first = selectors.get(0);
    Optional<FoundDevice> found = find(host.links(), first);
    for (DeviceSelector other : selectors.subList(1, selectors.size())) {
      requireSame(first, found, other, find(host.links(), other));
    }
    return found.orElseThrow(() -> notFound(first));
  }

  private void requireSame(
      DeviceSelector first,
      Optional<FoundDevice> found,
      DeviceSelector other,
      Optional<FoundDevice> alike) {
    boolean same = found.isPresent() && alike.isPresent() && found.get().isSame(alike.get());
    if (!same && (found.isPresent() || alike.isPresent())) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "host device: %s is %s, but %s is %s"
              .formatted(first, shown(found, first), other, shown(alike, other)),
          "keep one of \"%s\" and \"%s\"; one is enough".formatted(first.key(), other.key()));
    }
  }

  private String shown(Optional<FoundDevice> found, DeviceSelector selector) {
    return found.map(FoundDevice::toString).orElseGet(() -> "none: " + selector.absence(tree));
  }

  private CniException notFound(DeviceSelector selector) {
    return new CniException(
        ErrorCode.PARENT_NOT_FOUND,
        "host device %s is not on the node: %s".formatted(selector, selector.absence(tree)),
        "run `ip -d link` on the node; name a device that is there and that no other pod has");
  }

  private Optional<FoundDevice> find(Links links, DeviceSelector selector) {
    if (selector instanceof DeviceSelector.ByPci byPci) {
      Optional<FoundDevice> function = forPrograms(byPci.pci());
      if (function.isPresent()) {
        return function;
      }
    }
    return selector.candidates(links, tree).stream()
        .findFirst()
        .map(link -> onNode(link, selector))
        .or(() -> givenAway(links, selector));
  }

  private Optional<FoundDevice> forPrograms(PciAddress pci) {
    return tree.userspaceDriverOf(pci)
        .map(driver -> new FoundDevice.ForPrograms(pci, driver, claims.holderOf(pci)));
  }

  private FoundDevice onNode(Link link, DeviceSelector selector) {
    Optional<PciAddress> pci =
        selector instanceof DeviceSelector.ByPci byPci
            ? Optional.of(byPci.pci())
            : tree.pciOf(link);
    return new FoundDevice.OnNode(link, pci, claims.youngest(device -> device.is(link)));
  }

  /** Not under what the selector says: a pod has it, or it came home as something else. */
  private Optional<FoundDevice> givenAway(Links links, DeviceSelector selector) {
    Optional<Claim> claim = claims.youngest(device -> selector.means(device.state(), tree));
    return claim.map(
        one ->
            one.device()
                .onNode(links)
                .<FoundDevice>map(link -> onNode(link, selector))
                .orElseGet(() -> new FoundDevice.InPod(one)));
  }
}
