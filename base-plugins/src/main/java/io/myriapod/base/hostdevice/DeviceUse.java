package io.myriapod.base.hostdevice;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.route.Uplink;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.DeviceClaims;
import java.util.Optional;
import java.util.Set;

/** Whether the node can spare a device, and nobody else has it. */
final class DeviceUse {
  /** Kinds that never leave the namespace in which they were made: {@code netns_immutable}. */
  private static final Set<String> IMMOVABLE = Set.of("bridge", "bond", "team", "vrf", "batadv");

  private DeviceUse() {}

  /**
   * Throws CniException 108 if the node or a pod that is attached by it cannot spare it, 11 if
   * another pod has it, 7 if that is the container itself.
   */
  static void require(
      NetworkNamespace host,
      FoundDevice found,
      ContainerId container,
      DeviceClaims claims,
      PciBus bus) {
    if (found instanceof FoundDevice.OnNode device) {
      requireSpare(host, device.link());
      device.pci().ifPresent(pci -> requireWithoutVirtual(device.link(), pci, bus));
      claims.attachedBy(device.link().name()).ifPresent(key -> refuseOthersEnd(device.link(), key));
    } else if (found instanceof FoundDevice.InPod held) {
      throw held(held.claim().device().state().name().value(), held.claim().holder(), container);
    } else if (found instanceof FoundDevice.ForPrograms function) {
      Optional<AttachmentKey> holder = function.holder();
      if (holder.isPresent()) {
        throw held(function.pci().value(), holder.get(), container);
      }
    }
  }

  /** Who has the card could tell it whatever he likes of the virtual functions of other pods. */
  private static void requireWithoutVirtual(Link link, PciAddress pci, PciBus bus) {
    bus.find(pci)
        .flatMap(PciFunction::sriov)
        .filter(sriov -> sriov.number() > 0)
        .ifPresent(
            sriov -> {
              throw unusable(
                  link,
                  "has %d virtual functions".formatted(sriov.number()),
                  "give the pod one of these, or drop them by `myriapod vf create %s 0`"
                      .formatted(link.name()));
            });
  }

  private static void refuseOthersEnd(Link link, AttachmentKey key) {
    throw unusable(
        link,
        "is the node's side of \"%s\" of container %s"
            .formatted(key.interfaceName(), key.container()),
        "name a device of the node's own");
  }

  private static CniException held(String device, AttachmentKey holder, ContainerId container) {
    String attempt = "take host device \"%s\"".formatted(device);
    if (holder.container().equals(container)) {
      return new CniException(
          ErrorCode.INVALID_CONFIG,
          "%s: the same container has it already, as \"%s\""
              .formatted(attempt, holder.interfaceName()),
          "two networks of one pod cannot have the same device; take one out of its annotation");
    }
    return new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "%s: container %s has it, as \"%s\""
            .formatted(attempt, holder.container(), holder.interfaceName()),
        "it is free again when that pod is deleted; `myriapod list` shows the holder");
  }

  /** Throws CniException 108 if the node cannot spare it. */
  static void requireSpare(NetworkNamespace host, Link link) {
    if (link.isLoopback()) {
      throw unusable(link, "is the node's loopback", "name another one");
    }
    if (!canBeNamed(link)) {
      throw unusable(
          link,
          "has a name that it could not be given back",
          "rename it to printable characters without \"%\"");
    }
    if (link.kind().filter(IMMOVABLE::contains).isPresent()) {
      throw unusable(
          link,
          "is a %s, which cannot leave the node".formatted(link.kind().orElse("")),
          "use plugin bridge or macvlan on it");
    }
    if (Uplink.read(host.links(), host.routes()).includes(link)) {
      throw unusable(
          link,
          "carries the node's default route",
          "name a device that the node can spare, or use plugin macvlan on this one");
    }
    link.masterIndex()
        .ifPresent(
            index -> {
              throw unusable(
                  link,
                  "is a port of " + masterAt(index, host.links()),
                  "take it out by `ip link set %s nomaster`".formatted(link.name()));
            });
    upperOf(link, host.links())
        .ifPresent(
            upper -> {
              throw unusable(
                  link,
                  "carries \"%s\" of the node".formatted(upper.name()),
                  "delete that link, or name another device");
            });
  }

  /** The kernel lets a link have control characters in its name, and bytes that are no text. */
  private static boolean canBeNamed(Link link) {
    try {
      return new InterfaceName(link.name()).value().indexOf('\ufffd') < 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String masterAt(int index, Links links) {
    return links
        .find(index)
        .map(master -> "%s \"%s\"".formatted(master.kind().orElse("link"), master.name()))
        .orElse("link " + index);
  }

  /** A VLAN, macvlan or tunnel on it. */
  private static Optional<Link> upperOf(Link link, Links links) {
    return links.list().stream()
        .filter(other -> other.lowerIndex().equals(Optional.of(link.index())))
        .findFirst();
  }

  private static CniException unusable(Link link, String finding, String whatToDo) {
    return new CniException(
        ErrorCode.PARENT_UNUSABLE,
        "take host device \"%s\": it %s".formatted(link.name(), finding),
        whatToDo);
  }
}
