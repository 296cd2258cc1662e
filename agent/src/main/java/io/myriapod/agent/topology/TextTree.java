package io.myriapod.agent.topology;

import io.myriapod.agent.topology.Topology.Leg;
import io.myriapod.agent.topology.Topology.Network;
import io.myriapod.agent.topology.Topology.Part;
import io.myriapod.agent.topology.Topology.Pod;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The whole of it as a tree of lines, from cards to pods. */
public final class TextTree {
  private static final int LONGEST_LINE = 400;

  private final Topology topology;
  private final Set<String> told = new HashSet<>();
  private final List<String> lines = new ArrayList<>();

  private TextTree(Topology topology) {
    this.topology = topology;
  }

  /** Names of others steer no terminal. */
  public static List<String> lines(Topology topology) {
    TextTree tree = new TextTree(topology);
    tree.add(0, "%s: %s".formatted(topology.node(), topology.summary()));
    topology.parts().stream()
        .filter(part -> part.on().isEmpty())
        .forEach(part -> tree.part(part, 1));
    tree.networks(Optional.empty(), 1);
    return tree.lines;
  }

  private void add(int depth, String text) {
    lines.add(Quoted.oneLine("  ".repeat(depth) + text, LONGEST_LINE));
  }

  private void part(Part part, int depth) {
    boolean known = told.contains(part.id());
    add(depth, titled(part.name(), known ? "see above" : String.join(", ", part.notes())));
    if (!told.add(part.id())) {
      return;
    }
    networks(Optional.of(part.id()), depth + 1);
    legs(Optional.empty(), Optional.of(part.id())).forEach(leg -> add(depth + 1, leg));
    topology.parts().stream()
        .filter(above -> above.on().contains(part.id()))
        .forEach(above -> part(above, depth + 1));
  }

  /** Those of which a leg lies there; of no part: those of which nobody knows where they lie. */
  private void networks(Optional<String> part, int depth) {
    for (Network network : topology.networks()) {
      List<String> legs = legs(Optional.of(network.name()), part);
      if (!legs.isEmpty()) {
        add(depth, titled(network.name(), String.join(" + ", network.types())));
        legs.forEach(leg -> add(depth + 1, leg));
      }
    }
  }

  private List<String> legs(Optional<String> network, Optional<String> part) {
    List<String> legs = new ArrayList<>();
    for (Pod pod : topology.pods()) {
      pod.legs().stream()
          .filter(leg -> leg.network().equals(network) && leg.part().equals(part))
          .map(leg -> leg(pod, leg))
          .forEach(legs::add);
    }
    return legs;
  }

  private static String leg(Pod pod, Leg leg) {
    List<String> words = new ArrayList<>(List.of(pod.name(), leg.interfaceName()));
    words.addAll(leg.addresses());
    leg.mac().ifPresent(words::add);
    leg.device().ifPresent(words::add);
    leg.trouble().ifPresent(trouble -> words.add("(%s)".formatted(trouble)));
    return String.join("  ", words);
  }

  private static String titled(String name, String notes) {
    return notes.isEmpty() ? name : "%s  (%s)".formatted(name, notes);
  }
}
