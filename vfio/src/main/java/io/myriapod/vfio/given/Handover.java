package io.myriapod.vfio.given;

import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.link.Arrival;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import java.nio.file.Path;
import java.time.Instant;

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
    Link moved = host.links().move(link, pod, arrival);
    step.refine(given.withPodIndex(moved.index()).data());
    pod.links().setAlias(moved, link.name());
    return moved;
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
