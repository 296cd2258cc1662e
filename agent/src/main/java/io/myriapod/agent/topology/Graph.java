package io.myriapod.agent.topology;

import io.myriapod.agent.topology.Topology.Kind;
import io.myriapod.agent.topology.Topology.Leg;
import io.myriapod.agent.topology.Topology.Network;
import io.myriapod.agent.topology.Topology.Part;
import io.myriapod.agent.topology.Topology.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What fits into a picture: boxes in columns, and wires from left to right. Pods and networks above
 * a bound are one box.
 *
 * @param columns of the boxes, from 0
 * @param firstNetwork the column of networks; parts are left of it, pods right
 */
record Graph(List<Box> boxes, Set<Wire> wires, int columns, int firstNetwork) {
  static final int MOST_PODS = 80;

  /** Above so many the rows have no small letters, unless there is trouble. */
  static final int MOST_PODS_WITH_DETAILS = 20;

  static final int MOST_NETWORKS = 60;
  static final int MOST_ROWS = 16;
  static final int MOST_ADDRESSES = 3;

  /** Of an interface: as the kernel allows. */
  private static final int LONGEST_NAME = 15;

  /** Of a wire between parts. */
  static final int NO_HUE = -1;

  private static final int MOST_COLUMNS = 1_000;
  private static final String MORE = "…";

  /** What it is drawn as. */
  enum Form {
    CARD,
    FUNCTION,
    LINK,
    REST,
    NETWORK,
    POD
  }

  /**
   * @param id unique
   * @param lines below the title
   * @param rows of a pod: one each interface
   * @param hue of a network, from 0
   */
  record Box(
      String id, Form form, int column, String title, List<String> lines, List<Row> rows, int hue) {
    Box {
      lines = List.copyOf(lines);
      rows = List.copyOf(rows);
    }
  }

  /**
   * One interface of a pod.
   *
   * @param detail in small letters
   */
  record Row(String name, List<String> lines, String detail, boolean trouble, int hue) {
    Row {
      lines = List.copyOf(lines);
    }
  }

  /**
   * @param row of the box that it goes to; -1 for the box as a whole
   */
  record Wire(String from, String to, int row, int hue, boolean trouble) {}

  /** Of a whole topology. */
  static Graph of(Topology topology) {
    return new Builder(topology).build();
  }

  private static final class Builder {
    private final Topology topology;
    private final List<Box> boxes = new ArrayList<>();
    private final Set<Wire> wires = new LinkedHashSet<>();
    private final Map<String, Integer> depths = new HashMap<>();
    private final Map<String, Integer> hues = new LinkedHashMap<>();

    Builder(Topology topology) {
      this.topology = topology;
    }

    Graph build() {
      topology.parts().forEach(this::depth);
      int firstNetwork = depths.values().stream().mapToInt(depth -> depth + 1).max().orElse(0);
      topology.parts().forEach(this::part);
      networks(firstNetwork);
      pods(firstNetwork + 1);
      return new Graph(List.copyOf(boxes), wires, firstNetwork + 2, firstNetwork);
    }

    private int depth(Part part) {
      Integer known = depths.get(part.id());
      if (known != null) {
        return known;
      }
      int least = part.kind() == Kind.CARD ? 0 : 1;
      depths.put(part.id(), least);
      int depth =
          topology.parts().stream()
              .filter(below -> part.on().contains(below.id()))
              .mapToInt(below -> depth(below) + 1)
              .max()
              .orElse(0);
      depths.put(part.id(), Math.max(least, depth));
      return depths.get(part.id());
    }

    private void part(Part part) {
      boxes.add(
          new Box(
              "part:" + part.id(),
              Form.valueOf(part.kind().name()),
              depths.get(part.id()),
              part.name(),
              part.notes(),
              List.of(),
              NO_HUE));
      part.on().stream()
          .filter(below -> depths.getOrDefault(below, MOST_COLUMNS) < depths.get(part.id()))
          .forEach(below -> wires.add(wire("part:" + below, "part:" + part.id(), -1, NO_HUE)));
    }

    private static Wire wire(String from, String to, int row, int hue) {
      return new Wire(from, to, row, hue, false);
    }

    private void networks(int column) {
      List<Network> all = topology.networks();
      int shown = all.size() > MOST_NETWORKS ? MOST_NETWORKS - 1 : all.size();
      for (Network network : all.subList(0, shown)) {
        int hue = hues.size();
        hues.put(network.name(), hue);
        boxes.add(
            new Box(
                network(network.name()),
                Form.NETWORK,
                column,
                network.name(),
                List.of(String.join(" + ", network.types())),
                List.of(),
                hue));
      }
      if (shown < all.size()) {
        boxes.add(more("net:" + MORE, column, all.size() - shown, "networks"));
      }
    }

    private static Box more(String id, int column, int number, String things) {
      return new Box(
          id, Form.REST, column, "%d more %s".formatted(number, things), List.of(), List.of(), -1);
    }

    private String network(String name) {
      return "net:" + (hues.containsKey(name) ? name : MORE);
    }

    private void pods(int column) {
      List<Pod> all = topology.pods();
      int shown = all.size() > MOST_PODS ? MOST_PODS - 1 : all.size();
      for (Pod pod : all.subList(0, shown)) {
        pod(pod, column);
      }
      for (Pod pod : all.subList(shown, all.size())) {
        pod.legs().forEach(leg -> wires(leg, "pod:" + MORE, -1));
      }
      if (shown < all.size()) {
        boxes.add(more("pod:" + MORE, column, all.size() - shown, "pods"));
      }
    }

    private void pod(Pod pod, int column) {
      String id = "pod:" + pod.name();
      List<Row> rows = new ArrayList<>();
      int most = pod.legs().size() > MOST_ROWS ? MOST_ROWS - 1 : pod.legs().size();
      for (Leg leg : pod.legs()) {
        wires(leg, id, rows.size());
        if (rows.size() < most) {
          rows.add(row(leg));
        }
      }
      if (most < pod.legs().size()) {
        rows.add(
            new Row("%d more".formatted(pod.legs().size() - most), List.of(), "", false, NO_HUE));
      }
      boxes.add(new Box(id, Form.POD, column, pod.name(), List.of(), rows, NO_HUE));
    }

    private Row row(Leg leg) {
      int most = isCrowded() ? 1 : MOST_ADDRESSES;
      List<String> lines = new ArrayList<>(leg.addresses());
      if (lines.size() > most) {
        lines = new ArrayList<>(lines.subList(0, most));
        lines.set(most - 1, "%s +%d".formatted(lines.get(most - 1), leg.addresses().size() - most));
      }
      String detail =
          leg.trouble()
              .orElseGet(
                  () ->
                      isCrowded()
                          ? ""
                          : Stream.concat(leg.mac().stream(), leg.device().stream())
                              .collect(Collectors.joining("  ")));
      return new Row(
          Markup.cut(leg.interfaceName(), LONGEST_NAME),
          lines,
          detail,
          leg.trouble().isPresent(),
          hue(leg));
    }

    private boolean isCrowded() {
      return topology.pods().size() > MOST_PODS_WITH_DETAILS;
    }

    private int hue(Leg leg) {
      return leg.network().map(name -> hues.getOrDefault(name, NO_HUE)).orElse(NO_HUE);
    }

    private void wires(Leg leg, String to, int row) {
      Optional<String> part = leg.part().filter(depths::containsKey).map(id -> "part:" + id);
      Optional<String> network = leg.network().map(this::network);
      if (part.isPresent() && network.isPresent()) {
        wires.add(wire(part.get(), network.get(), -1, hue(leg)));
      }
      network
          .or(() -> part)
          .ifPresent(
              from -> wires.add(new Wire(from, to, row, hue(leg), leg.trouble().isPresent())));
    }
  }
}
