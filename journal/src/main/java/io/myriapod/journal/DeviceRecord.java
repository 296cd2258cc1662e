package io.myriapod.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.PciAddress;
import java.util.Optional;

/**
 * What the journal knows of one PCI function of the node at one moment. Immutable.
 *
 * @param bootId of the boot in which it was written; what is said of a device goes with its boot
 * @param facts what was done and holds; empty if nothing was
 * @param pending how to undo a change that has begun and is not finished
 * @param failure why the pending inverse failed the last time it ran
 */
public record DeviceRecord(
    PciAddress device,
    String bootId,
    ObjectNode facts,
    Optional<Inverse> pending,
    Optional<String> failure) {
  public DeviceRecord {
    facts = facts.deepCopy();
  }

  /** A copy. */
  @Override
  public ObjectNode facts() {
    return facts.deepCopy();
  }

  /** A copy of one fact. */
  public Optional<JsonNode> fact(String name) {
    return Optional.ofNullable(facts.get(name)).map(JsonNode::deepCopy);
  }

  /** A fact that is a string; absent if it is anything else. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(facts.get(name))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue);
  }

  /** Whether a change has begun and is not finished. */
  public boolean isChanging() {
    return pending.isPresent();
  }

  /** Whether it says nothing, so that it can end. */
  boolean isEmpty() {
    return facts.isEmpty() && pending.isEmpty();
  }

  DeviceKey key() {
    return new DeviceKey(device);
  }

  DeviceRecord with(Inverse inverse) {
    return new DeviceRecord(device, bootId, facts, Optional.of(inverse), Optional.empty());
  }

  DeviceRecord with(ObjectNode settled) {
    return new DeviceRecord(device, bootId, settled, pending, failure);
  }

  DeviceRecord settled() {
    return new DeviceRecord(device, bootId, facts, Optional.empty(), Optional.empty());
  }

  DeviceRecord failed(String reason) {
    return new DeviceRecord(device, bootId, facts, pending, Optional.of(reason));
  }
}
