package io.myriapod.bench.node;

import io.myriapod.fixtures.Netns;
import java.util.ArrayList;
import java.util.List;

/**
 * A node's namespace, the far end of its parent link's wire, and seats for pods.
 *
 * <p>IPv6 is off on the far end's other addresses so that only what a pod sends is on the wire.
 */
public final class BenchNode implements AutoCloseable {
  static final String PARENT = "parent0";

  /** The far end of the parent's wire. */
  public static final String FAR_LINK = "far0";

  /** The link that stands for a virtual function, which the kernel of a bench has seldom. */
  public static final String FUNCTION = "vf0";

  static final String FUNCTION_ADDRESS = "0000:07:10.0";

  /** The IPv6 network's gateway, at the far end. */
  public static final String GATEWAY6 = "fd00:60::1";

  private final Netns node;
  private final Netns far;
  private final List<Seat> seats = new ArrayList<>();

  private BenchNode(Netns node, Netns far) {
    this.node = node;
    this.far = far;
  }

  /** Makes it. */
  public static BenchNode create(String role) {
    BenchNode made = new BenchNode(Netns.create(role + "node"), Netns.create(role + "far"));
    made.node.run("ip link set lo up");
    made.node.run(
        "ip link add %s type veth peer name %s netns %s"
            .formatted(PARENT, FAR_LINK, made.far.name()));
    made.node.run("ip link set %s up".formatted(PARENT));
    made.node.run("ip link add %s type veth peer name vf-wire".formatted(FUNCTION));
    made.node.run("ip link set vf-wire up");
    made.far.run("ip link set lo up; ip link set %s up".formatted(FAR_LINK));
    made.far.run("ip address add %s/64 dev %s nodad".formatted(GATEWAY6, FAR_LINK));
    return made;
  }

  /** The namespace of the node itself. */
  public Netns node() {
    return node;
  }

  /** The namespace at the other end of the wire. */
  public Netns far() {
    return far;
  }

  /** The first seats, made if need be. */
  public List<Seat> seats(int count) {
    while (seats.size() < count) {
      seats.add(new Seat(seats.size(), Netns.create("pod")));
    }
    return List.copyOf(seats.subList(0, count));
  }

  /** Deletes the namespaces. */
  @Override
  public void close() {
    seats.forEach(seat -> seat.namespace().close());
    far.close();
    node.close();
  }
}
