package io.myriapod.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One change of the journal, as it is written. {@code record} is the record's sequence. */
sealed interface Entry {
  /** As it goes to disk; docs/journal.md. */
  ObjectNode json();

  /** Makes the change; an entry of a record that has ended changes nothing. */
  void applyTo(RecordTable table, long sequence);

  private static ObjectNode operation(String name) {
    return JsonNodeFactory.instance.objectNode().put("op", name);
  }

  private static ObjectNode operation(String name, long record) {
    return operation(name).put("record", record);
  }

  /** A record begins. Its identity is the sequence of this entry. */
  record Begin(RecordOrigin origin, ObjectNode facts) implements Entry {
    @Override
    public ObjectNode json() {
      ObjectNode json = operation("begin");
      EntryJson.putOrigin(json, origin);
      return json.set("facts", facts);
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      table.put(
          new AttachmentRecord(sequence, origin, RecordPhase.PLANNED, Facts.of(facts), List.of()));
    }
  }

  /**
   * A step is about to be done. Carries the origin, so that it can be undone even if the disk loses
   * the entry that began the record.
   */
  record Will(long record, RecordOrigin origin, Inverse inverse) implements Entry {
    @Override
    public ObjectNode json() {
      ObjectNode json = operation("will", record);
      EntryJson.putOrigin(json, origin);
      json.put("kind", inverse.kind());
      json.put("class", inverse.undoClass().name());
      return json.set("data", inverse.data());
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      AttachmentRecord known = table.find(record).orElseGet(this::withoutItsBegin);
      table.put(known.with(new RecordedStep(sequence, inverse, Optional.empty())));
    }

    private AttachmentRecord withoutItsBegin() {
      return new AttachmentRecord(record, origin, RecordPhase.ADDING, Facts.NONE, List.of());
    }
  }

  /** Fields of an inverse's data are known better now. */
  record Refine(long record, long step, ObjectNode data) implements Entry {
    @Override
    public ObjectNode json() {
      return operation("refine", record).put("step", step).set("data", data);
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      table.change(record, known -> known.refined(step, data));
    }
  }

  /** A fact is set, over the former one of that name. */
  record Fact(long record, String name, JsonNode value) implements Entry {
    @Override
    public ObjectNode json() {
      return operation("fact", record).put("name", name).set("value", value);
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      table.change(record, known -> known.with(name, value));
    }
  }

  /** The record reaches a phase. */
  record Phase(long record, RecordPhase phase) implements Entry {
    @Override
    public ObjectNode json() {
      return operation("phase", record).put("phase", phase.name());
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      table.change(record, known -> known.in(phase));
    }
  }

  /** Inverses succeeded, or what they undo is gone anyway. */
  record Undone(long record, List<Long> steps) implements Entry {
    @Override
    public ObjectNode json() {
      ObjectNode json = operation("undone", record);
      ArrayNode array = json.putArray("steps");
      steps.forEach(array::add);
      return json;
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      table.change(record, known -> known.without(steps));
    }
  }

  /** Inverses failed, and why. */
  record Failed(long record, Map<Long, String> reasons) implements Entry {
    @Override
    public ObjectNode json() {
      ObjectNode json = operation("failed", record);
      ObjectNode object = json.putObject("reasons");
      reasons.forEach((step, reason) -> object.put(Long.toString(step), reason));
      return json;
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      table.change(record, known -> known.failed(reasons));
    }
  }

  /** Nothing is left of the attachment. */
  record End(long record) implements Entry {
    @Override
    public ObjectNode json() {
      return operation("end", record);
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      table.remove(record);
    }
  }

  /** A device's record, whole, over the former one. */
  record Device(DeviceRecord device) implements Entry {
    @Override
    public ObjectNode json() {
      ObjectNode json = operation("device");
      EntryJson.putDevice(json, device);
      return json;
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      table.put(device);
    }
  }

  /** Nothing is to be known of a device any more. */
  record DeviceGone(PciAddress device) implements Entry {
    @Override
    public ObjectNode json() {
      return operation("deviceGone").put("device", device.value());
    }

    @Override
    public void applyTo(RecordTable table, long sequence) {
      table.remove(device);
    }
  }
}
