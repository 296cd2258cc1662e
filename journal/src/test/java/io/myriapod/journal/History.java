package io.myriapod.journal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Makes random entries that fit a store's state and remembers the state after each: state number n
 * is the one after n entries.
 */
final class History {
  private final Random random;
  private final List<String> states = new ArrayList<>();
  private int counter;

  History(Random random) {
    this.random = random;
    this.states.add("");
  }

  static String stateOf(RecordTable table) {
    return table.all().stream()
        .map(record -> new String(EntryJson.write(record), StandardCharsets.UTF_8))
        .collect(Collectors.joining("\n"));
  }

  int last() {
    return states.size() - 1;
  }

  String state(int number) {
    return states.get(number);
  }

  /** Notes the state after one more entry. */
  void note(RecordTable table) {
    states.add(stateOf(table));
  }

  /** The number of that state, not below {@code least}; -1 if there is none. */
  int find(String state, int least) {
    for (int number = last(); number >= least; number--) {
      if (states.get(number).equals(state)) {
        return number;
      }
    }
    return -1;
  }

  /** Goes on from an earlier state, as after a crash. */
  void continueFrom(int number) {
    states.subList(number + 1, states.size()).clear();
  }

  Entry next(RecordTable table) {
    List<AttachmentRecord> all = table.all();
    if (all.isEmpty() || (all.size() < 6 && random.nextInt(4) == 0)) {
      return new Entry.Begin(origin(all), object());
    }
    AttachmentRecord record = all.get(random.nextInt(all.size()));
    long id = record.sequence();
    List<Long> steps = record.steps().stream().map(RecordedStep::sequence).toList();
    return switch (random.nextInt(steps.isEmpty() ? 4 : 7)) {
      case 0 -> new Entry.Fact(id, "fact" + random.nextInt(3), object());
      case 1 -> new Entry.Phase(id, RecordPhase.values()[random.nextInt(4)]);
      case 2 -> new Entry.Will(id, record.origin(), inverse());
      case 3 -> new Entry.End(id);
      case 4 -> new Entry.Refine(id, any(steps), object());
      case 5 -> new Entry.Undone(id, List.of(any(steps)));
      default -> new Entry.Failed(id, Map.of(any(steps), "reason " + counter++));
    };
  }

  /** A new attachment, or a part of one that is there. */
  private RecordOrigin origin(List<AttachmentRecord> all) {
    String name = Integer.toString(counter++);
    if (!all.isEmpty() && random.nextInt(3) == 0) {
      AttachmentKey key = all.get(random.nextInt(all.size())).key();
      return new RecordOrigin(key, Optional.of("part" + name), "boot");
    }
    AttachmentKey key = new AttachmentKey(new ContainerId("c" + name), new InterfaceName("net1"));
    return new RecordOrigin(key, Optional.empty(), "boot");
  }

  private long any(List<Long> steps) {
    return steps.get(random.nextInt(steps.size()));
  }

  private Inverse inverse() {
    UndoClass undoClass = UndoClass.values()[random.nextInt(UndoClass.values().length)];
    return new Inverse("kind" + random.nextInt(3), undoClass, object());
  }

  private ObjectNode object() {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("n", counter++);
    return object.put("text", "MYRJé".repeat(random.nextInt(12)));
  }
}
