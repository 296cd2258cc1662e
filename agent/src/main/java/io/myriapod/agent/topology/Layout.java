package io.myriapod.agent.topology;

import io.myriapod.agent.topology.Graph.Box;
import io.myriapod.agent.topology.Graph.Form;
import io.myriapod.agent.topology.Graph.Wire;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the boxes of a graph are drawn: in their columns, near what they are wired to, none above
 * another. A wire over more than one column has a slot of its own in those between, so that it
 * crosses no box. The same graph gives the same layout. Lengths in pixels.
 */
final class Layout {
  /** Between boxes of a column. */
  private static final double GAP = 14;

  private static final double SLOT_OF_A_WIRE = 6;
  private static final int SWEEPS = 6;

  /** Room for wires above boxes that stand side by side. */
  static final double CHANNEL = 16;

  /** Higher than that the last column is not, if it can stand side by side. */
  private static final double TALLEST = 1_300;

  private static final int MOST_ABREAST = 6;

  /** A box, a wire on its way through a column, or boxes side by side. */
  static final class Slot {
    final int column;
    final double height;
    final List<Slot> left = new ArrayList<>();
    final List<Slot> right = new ArrayList<>();
    private final List<Slot> abreast = new ArrayList<>();

    /** How many stand left of it, side by side. */
    private int place;

    /** What is left of a column stands behind all others. */
    private boolean isRest;

    private double y;
    private double rank;

    private Slot(int column, double height) {
      this.column = column;
      this.height = height;
    }

    double y() {
      return y;
    }

    double middle() {
      return y + height / 2;
    }

    int place() {
      return place;
    }

    private void put(double top) {
      y = top;
      abreast.forEach(slot -> slot.put(top + CHANNEL));
    }
  }

  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final Map<Wire, List<Slot>> ways = new HashMap<>();
  private final List<List<Slot>> columns = new ArrayList<>();
  private int abreast;

  /** Says how high a box is. */
  interface Heights {
    double of(Box box);
  }

  Layout(Graph graph, Heights heights) {
    for (int column = 0; column < graph.columns(); column++) {
      columns.add(new ArrayList<>());
    }
    for (Box box : graph.boxes()) {
      Slot slot = slot(box.column(), heights.of(box));
      slot.isRest = box.form() == Form.REST && box.column() >= graph.firstNetwork();
      slots.put(box.id(), slot);
    }
    graph.wires().forEach(this::way);
    order();
    standAbreast(columns.get(columns.size() - 1));
    place();
  }

  private Slot slot(int column, double height) {
    Slot slot = new Slot(column, height);
    columns.get(column).add(slot);
    return slot;
  }

  private void way(Wire wire) {
    Slot from = slots.get(wire.from());
    Slot to = slots.get(wire.to());
    List<Slot> way = new ArrayList<>();
    Slot last = from;
    for (int column = from.column + 1; column < to.column; column++) {
      Slot next = slot(column, SLOT_OF_A_WIRE);
      way.add(next);
      join(last, next);
      last = next;
    }
    join(last, to);
    ways.put(wire, way);
  }

  private static void join(Slot left, Slot right) {
    left.right.add(right);
    right.left.add(left);
  }

  /** Where a box is. */
  Slot of(Box box) {
    return slots.get(box.id());
  }

  /** What a wire passes between its ends. */
  List<Slot> way(Wire wire, int column) {
    return ways.get(wire).stream().filter(slot -> slot.column == column).toList();
  }

  double height() {
    return columns.stream()
        .flatMap(List::stream)
        .mapToDouble(slot -> slot.y + slot.height)
        .max()
        .orElse(0);
  }

  /** Each column by the mean place of its neighbours, from left to right and back. */
  private void order() {
    columns.forEach(Layout::number);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int column = 1; column < columns.size(); column++) {
        sort(columns.get(column), true);
      }
      for (int column = columns.size() - 2; column >= 0; column--) {
        sort(columns.get(column), false);
      }
    }
    for (int column = 1; column < columns.size(); column++) {
      sort(columns.get(column), true);
    }
  }

  private static void number(List<Slot> column) {
    for (int i = 0; i < column.size(); i++) {
      column.get(i).rank = i;
    }
  }

  /** A slot without neighbours on that side stays where it is. */
  private static void sort(List<Slot> column, boolean byLeft) {
    Map<Slot, Double> keys = new HashMap<>();
    for (Slot slot : column) {
      keys.put(
          slot,
          (byLeft ? slot.left : slot.right)
              .stream().mapToDouble(one -> one.rank).average().orElse(slot.rank));
    }
    column.sort( // stable: equal ones keep their order
        Comparator.comparing((Slot slot) -> slot.isRest).thenComparing(keys::get));
    number(column);
  }

  /** A column that is too high becomes rows of several, each with a channel for wires above. */
  private void standAbreast(List<Slot> column) {
    double allowed =
        columns.stream()
            .filter(other -> other != column)
            .mapToDouble(Layout::heightOf)
            .reduce(TALLEST, Math::max);
    abreast = (int) Math.min(MOST_ABREAST, Math.ceil(heightOf(column) / allowed));
    if (abreast < 2) {
      return;
    }
    List<Slot> all = List.copyOf(column);
    column.clear();
    for (int first = 0; first < all.size(); first += abreast) {
      List<Slot> few = all.subList(first, Math.min(all.size(), first + abreast));
      double highest = few.stream().mapToDouble(slot -> slot.height).max().orElse(0);
      Slot row = new Slot(columns.size() - 1, CHANNEL + highest);
      for (Slot slot : few) {
        slot.place = row.abreast.size();
        row.abreast.add(slot);
        row.left.addAll(slot.left);
      }
      column.add(row);
    }
  }

  private static double heightOf(List<Slot> column) {
    return column.stream().mapToDouble(slot -> slot.height + GAP).sum();
  }

  /** How many boxes stand side by side in the last column. */
  int abreast() {
    return Math.max(1, abreast);
  }

  private void place() {
    for (List<Slot> column : columns) {
      double y = 0;
      for (Slot slot : column) {
        slot.put(y);
        y += slot.height + GAP;
      }
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int column = columns.size() - 2; column >= 0; column--) {
        settle(columns.get(column), false);
      }
      for (int column = 1; column < columns.size(); column++) {
        settle(columns.get(column), true);
      }
    }
    double top = columns.stream().flatMap(List::stream).mapToDouble(slot -> slot.y).min().orElse(0);
    columns.stream().flatMap(List::stream).forEach(slot -> slot.put(slot.y - top));
  }

  /**
   * As near as can be to the middle of the neighbours, in the given order and with the gap kept:
   * least squares under an order, by pooling adjacent violators.
   */
  private static void settle(List<Slot> column, boolean byLeft) {
    List<Pool> pools = new ArrayList<>();
    double offset = 0;
    for (Slot slot : column) {
      List<Slot> near = byLeft ? slot.left : slot.right;
      double wanted =
          near.stream().mapToDouble(Slot::middle).average().orElse(slot.middle()) - slot.height / 2;
      Pool pool = new Pool(wanted - offset, near.isEmpty() ? 0.05 : near.size());
      pool.slots.add(slot);
      pool.offsets.add(offset);
      while (!pools.isEmpty() && pools.get(pools.size() - 1).place() > pool.place()) {
        Pool before = pools.remove(pools.size() - 1);
        before.take(pool);
        pool = before;
      }
      pools.add(pool);
      offset += slot.height + GAP;
    }
    pools.forEach(Pool::settle);
  }

  /** Slots that touch each other. */
  private static final class Pool {
    private final List<Slot> slots = new ArrayList<>();
    private final List<Double> offsets = new ArrayList<>();
    private double sum;
    private double weight;

    Pool(double wanted, double weight) {
      this.sum = wanted * weight;
      this.weight = weight;
    }

    double place() {
      return sum / weight;
    }

    void take(Pool other) {
      slots.addAll(other.slots);
      offsets.addAll(other.offsets);
      sum += other.sum;
      weight += other.weight;
    }

    void settle() {
      for (int i = 0; i < slots.size(); i++) {
        slots.get(i).put(place() + offsets.get(i));
      }
    }
  }
}
