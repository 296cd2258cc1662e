package io.myriapod.agent.topology;

import java.util.List;
import java.util.Optional;

/**
 * A node's networks from its cards to its pods, at one moment. Names are those of kernel and
 * cluster: text of others.
 *
 * @param node the host's name
 * @param parts what networks of pods lie on; below stands before above
 * @param networks by name
 * @param pods by name
 */
public record Topology(String node, List<Part> parts, List<Network> networks, List<Pod> pods) {
  public Topology {
    parts = List.copyOf(parts);
    networks = List.copyOf(networks);
    pods = List.copyOf(pods);
  }

  /** What a part is. */
  public enum Kind {
    /** A network card, or what takes the place of one: nothing of the node is below. */
    CARD,
    /** A PCI function that a pod has. */
    FUNCTION,
    /** A link on top of others: bridge, VLAN, bond. */
    LINK,
    /** Functions of a card that are not worth a place each. */
    REST
  }

  /**
   * Something on the node.
   *
   * @param id unique; not for people
   * @param notes what else there is to say, a few words each
   * @param on ids of what it lies on
   */
  public record Part(String id, Kind kind, String name, List<String> notes, List<String> on) {
    public Part {
      notes = List.copyOf(notes);
      on = List.copyOf(on);
    }
  }

  /**
   * A network as its pods know it.
   *
   * @param types of its plugins, in their order
   */
  public record Network(String name, List<String> types) {
    public Network {
      types = List.copyOf(types);
    }
  }

  /**
   * A pod with what the journal has of it.
   *
   * @param name {@code namespace/name}, or a container's id
   * @param legs in the order in which they were attached
   */
  public record Pod(String name, List<Leg> legs) {
    public Pod {
      legs = List.copyOf(legs);
    }
  }

  /**
   * One interface of a pod, or a device that its containers got and no network takes.
   *
   * @param interfaceName of a device: a word
   * @param network absent for a device
   * @param part id of what it lies on, if anybody knows
   * @param addresses with their prefix lengths
   * @param device PCI address
   * @param trouble what is not as it should be; empty for an attached one
   */
  public record Leg(
      String interfaceName,
      Optional<String> network,
      Optional<String> part,
      List<String> addresses,
      Optional<String> mac,
      Optional<String> device,
      Optional<String> trouble) {
    public Leg {
      addresses = List.copyOf(addresses);
    }

    static Leg ofDevice(String device, String part) {
      return new Leg(
          "device",
          Optional.empty(),
          Optional.of(part),
          List.of(),
          Optional.empty(),
          Optional.of(device),
          Optional.empty());
    }
  }

  /** In a sentence. */
  public String summary() {
    int legs = pods.stream().mapToInt(pod -> pod.legs.size()).sum();
    return "%s, %s, %s"
        .formatted(
            counted(pods.size(), "pod"),
            counted(legs, "interface"),
            counted(networks.size(), "network"));
  }

  private static String counted(int number, String thing) {
    return number == 1 ? "1 " + thing : "%d %ss".formatted(number, thing);
  }
}
