package io.myriapod.vfio.given;

import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Arrival;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.MacAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The way of a device from the node into a pod.
 *
 * @param netns the path of the pod's namespace
 * @param arrival what it is to be in the pod
 */
public record Handover(
    NetworkNamespace host, NetworkNamespace pod, Path netns, Arrival arrival, DeviceTree tree) {
  /**
   * Moves the link by one request, with the way home recorded before. In the pod its alias is its
   * name on the node: by that the reference plugin finds the way home.
   *
   * @return the link in the pod
   * @throws io.myriapod.linux.libc.ErrnoException EEXIST if the pod has a link of that name by now,
   *     EINVAL if it is of a kind that cannot leave the node
   */
  public Link give(Link link, OpenRecord steps) {
    DeviceState seen = DeviceState.of(link, host.addresses().list(link.index()), Instant.now());
    DeviceState state = tree.isOfVirtualFunction(link) ? seen.asSole() : seen;
    GivenDevice given = new GivenDevice(netns.toString(), pod.id(), arrival.name(), 0, state);
    OpenRecord.Step step = steps.will(given.toInverse());
    dropClashingNames(link);
    Link moved = moved(link);
    step.refine(given.withPodIndex(moved.index()).data());
    pod.links().setAlias(moved, link.name());
    return moved;
  }

  private Link moved(Link link) {
    try {
      Link moved = host.links().move(link, pod, arrival);
      return arrival.mac().map(mac -> DriverMac.await(pod.links(), moved, mac)).orElse(moved);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EADDRNOTAVAIL) || arrival.mac().isEmpty()) {
        throw e;
      }
      return finished(arrived(link).orElseThrow(() -> e), arrival.mac().get());
    }
  }

  /**
   * It has moved, although its MAC was refused, and is called as before, or as the kernel likes.
   */
  private Optional<Link> arrived(Link link) {
    return pod.links().list().stream()
        .filter(one -> link.parentDevice().isPresent())
        .filter(one -> one.parentDevice().equals(link.parentDevice()))
        .findFirst();
  }

  private Link finished(Link link, MacAddress mac) {
    Links links = pod.links();
    if (!link.name().equals(arrival.name().value())) {
      links.rename(link, arrival.name());
    }
    arrival.mtu().ifPresent(mtu -> links.setMtu(link, mtu));
    return DriverMac.take(links, links.require(arrival.name().value()), mac);
  }

  /** The kernel moves no link with an alternative name that is taken over there. */
  private void dropClashingNames(Link link) {
    for (String altName : link.altNames()) {
      boolean wanted = altName.equals(arrival.name().value());
      if (wanted || pod.links().find(altName).isPresent()) {
        host.links().removeAltName(link, altName);
      }
    }
  }
}
