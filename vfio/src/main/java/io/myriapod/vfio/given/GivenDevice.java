package io.myriapod.vfio.given;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.types.InterfaceName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A device of the node was given to a pod: bring it home and put back what it was like.
 *
 * @param netns the path of the pod's namespace
 * @param namespaceId boot id and cookie of that namespace
 * @param podName its name in the pod
 * @param podIndex its index in the pod; 0 while it has not been moved yet
 */
public record GivenDevice(
    String netns, String namespaceId, InterfaceName podName, int podIndex, DeviceState state) {
  public static final String KIND = "host-device";

  /** Reads what {@link #toInverse()} wrote. */
  public static GivenDevice from(Inverse inverse) {
    ObjectNode data = inverse.data();
    return new GivenDevice(
        data.path("netns").asText(),
        data.path("namespaceId").asText(),
        new InterfaceName(data.path("podName").asText()),
        data.path("podIndex").asInt(),
        DeviceState.from(data.path("device")));
  }

  /** The same, now that it is in the pod. */
  public GivenDevice withPodIndex(int index) {
    return new GivenDevice(netns, namespaceId, podName, index, state);
  }

  public Inverse toInverse() {
    return new Inverse(KIND, UndoClass.DEVICE, data());
  }

  public ObjectNode data() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("netns", netns).put("namespaceId", namespaceId);
    data.put("podName", podName.value()).put("podIndex", podIndex);
    data.set("device", state.toJson());
    return data;
  }

  /**
   * The device among the links of the pod's namespace, whatever the pod has done to its name and
   * MAC.
   */
  public Optional<Link> inPod(Links links) {
    Optional<Link> byIndex =
        podIndex == 0 ? Optional.empty() : links.find(podIndex).filter(state.identity()::mayBe);
    return byIndex
        .or(() -> links.find(podName.value()).filter(this::is))
        .or(() -> among(ofPod(links)));
  }

  /** The pod's links; none if it has more than are ever read, by which it must hold up no DEL. */
  public static List<Link> ofPod(Links links) {
    try {
      return links.list();
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOBUFS)) {
        throw e;
      }
      return List.of();
    }
  }

  /**
   * The device among the links of the node, as which it came home when the pod's namespace died.
   */
  public Optional<Link> onNode(Links links) {
    return among(links.list());
  }

  private Optional<Link> among(List<Link> links) {
    return links.stream()
        .filter(this::is)
        .min(Comparator.comparing(link -> !link.mac().equals(state.identity().mac())));
  }

  /**
   * Whether both are one device of the node: VLANs of one parent share its MAC, ports of one switch
   * the bus address, so the name or the index must be the same too, unless the address is the one
   * burnt in.
   */
  boolean isSame(GivenDevice other) {
    DeviceIdentity identity = state.identity();
    return identity.isSame(other.state.identity())
        && (identity.isUnique()
            || state.name().equals(other.state.name())
            || state.index() == other.state.index());
  }

  /**
   * Whether the link is this device. One without an address burnt in, or of a switch, must show its
   * MAC and one of its names, indexes, or the alias that it got when it was given away; or, with
   * another MAC, that alias.
   */
  public boolean is(Link link) {
    if (!state.identity().mayBe(link)) {
      return false;
    }
    if (state.identity().isUnique()) {
      return true;
    }
    boolean hasAlias = link.alias().equals(state.name().value());
    boolean hasMark =
        link.index() == state.index()
            || link.index() == podIndex
            || link.isNamed(state.name().value())
            || link.isNamed(podName.value());
    return hasAlias || link.mac().equals(state.identity().mac()) && hasMark;
  }
}
