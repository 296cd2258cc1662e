package io.myriapod.journal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** What steps make and inverses take away, with handlers that note how they were called. */
final class World {
  private final Set<String> things = new ConcurrentSkipListSet<>();
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, String> stuck = new HashMap<>();

  World() {}

  World(World other) {
    things.addAll(other.things);
  }

  static Inverse inverse(String kind, UndoClass undoClass, String thing) {
    return new Inverse(kind, undoClass, JsonNodeFactory.instance.objectNode().put("thing", thing));
  }

  static Inverse link(String thing) {
    return inverse("link", UndoClass.LINK, thing);
  }

  static Inverse lease(String thing) {
    return inverse("lease", UndoClass.LEASE, thing);
  }

  static Inverse foreign(String thing) {
    return inverse("foreign", UndoClass.FOREIGN, thing);
  }

  static Inverse device(String thing) {
    return inverse("device", UndoClass.DEVICE, thing);
  }

  /** Records the step and does it. */
  OpenRecord.Step make(OpenRecord record, Inverse inverse) {
    OpenRecord.Step step = record.will(inverse);
    things.add(thing(inverse));
    return step;
  }

  /** That thing cannot be undone from now on. */
  void stick(String thing, String reason) {
    stuck.put(thing, reason);
  }

  void unstick() {
    stuck.clear();
  }

  /** What is there. */
  Set<String> things() {
    return things;
  }

  /** Links and devices are gone, as after a reboot. */
  void reboot(Set<String> survivors) {
    things.retainAll(survivors);
  }

  /** One per call of a handler: {@code kind:thing,thing}. */
  List<String> calls() {
    return calls;
  }

  Map<String, InverseHandler> handlers() {
    Map<String, InverseHandler> handlers = new HashMap<>();
    for (String kind : List.of("link", "lease", "foreign", "device", "setting")) {
      handlers.put(kind, batch -> undo(kind, batch));
    }
    return handlers;
  }

  private Map<PendingInverse, String> undo(String kind, List<PendingInverse> batch) {
    List<String> undone = batch.stream().map(one -> thing(one.inverse())).toList();
    calls.add(kind + ":" + String.join(",", undone));
    Map<PendingInverse, String> failures = new HashMap<>();
    for (PendingInverse one : batch) {
      String thing = thing(one.inverse());
      if (stuck.containsKey(thing)) {
        failures.put(one, stuck.get(thing));
      } else {
        things.remove(thing);
      }
    }
    return failures;
  }

  private static String thing(Inverse inverse) {
    return inverse.data().get("thing").textValue();
  }
}
