package io.myriapod.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What the journal knows of one attachment at one moment. Immutable: changes show in the next
 * {@link Journal#find}.
 */
public final class AttachmentRecord {
  /** The fact that names the PCI function which the attachment has: a string. */
  public static final String DEVICE = "device";

  /**
   * The fact that names the PCI functions which somebody gave to the pod's containers, whether a
   * network of the pod takes them or not: an array of strings.
   */
  public static final String LENT = "lent";

  /**
   * The fact of what others have attached ({@link Journal#adopt}): true, or false until all of it
   * is recorded.
   */
  public static final String ADOPTED = "adopted";

  private final long sequence;
  private final RecordOrigin origin;
  private final RecordPhase phase;
  private final Facts facts;
  private final List<RecordedStep> steps;

  AttachmentRecord(
      long sequence,
      RecordOrigin origin,
      RecordPhase phase,
      Facts facts,
      List<RecordedStep> steps) {
    this.sequence = sequence;
    this.origin = origin;
    this.phase = phase;
    this.facts = facts;
    this.steps = List.copyOf(steps);
  }

  public AttachmentKey key() {
    return origin.key();
  }

  /**
   * Which part of the attachment this is, if a plugin that was called by itself added it to what
   * others had made; absent for the attachment itself.
   */
  public Optional<String> part() {
    return origin.part();
  }

  public RecordPhase phase() {
    return phase;
  }

  /** Identity of the record; a younger one is higher. Never used twice in a journal. */
  public long sequence() {
    return sequence;
  }

  /** The boot of the machine in which the record was begun. */
  public String bootId() {
    return origin.bootId();
  }

  /** A copy of all facts. */
  public ObjectNode facts() {
    return facts.json();
  }

  /** A copy of one fact. */
  public Optional<JsonNode> fact(String name) {
    return facts.value(name);
  }

  /** A fact that is a string; absent if it is anything else. */
  public Optional<String> text(String name) {
    return facts.value(name).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }

  /** Whether the fact {@link #LENT} names that function. */
  public boolean hasBeenLent(PciAddress device) {
    for (JsonNode each : facts.value(LENT).orElse(MissingNode.getInstance())) {
      if (each.asText().equals(device.value())) {
        return true;
      }
    }
    return false;
  }

  /** The inverses still to be run, oldest first. */
  public List<Inverse> inverses() {
    return steps.stream().map(RecordedStep::inverse).toList();
  }

  /** Why the last undo left inverses behind: one sentence per inverse; absent if none failed. */
  public Optional<String> failure() {
    List<String> reasons = steps.stream().flatMap(step -> step.failure().stream()).toList();
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
  }

  /** Why what it has cannot be given to anybody: it was to be deleted, and that failed. */
  public Optional<String> quarantine() {
    return failure().filter(reason -> phase == RecordPhase.DELETING);
  }

  @Override
  public String toString() {
    return "%s #%d %s %s"
        .formatted(
            name(),
            sequence,
            phase,
            inverses().stream().map(Inverse::kind).collect(Collectors.joining(",", "[", "]")));
  }

  RecordOrigin origin() {
    return origin;
  }

  /** The key, and the part if it is one. */
  String name() {
    return key() + part().map(part -> ":" + part).orElse("");
  }

  boolean isBeingAdded() {
    return phase == RecordPhase.PLANNED || phase == RecordPhase.ADDING;
  }

  List<RecordedStep> steps() {
    return steps;
  }

  /**
   * Sequence of the step that announced an inverse: steps of all records are numbered in the order
   * in which they were announced.
   *
   * @throws IllegalArgumentException if it is none of {@link #inverses()}
   */
  public long stepOf(Inverse inverse) {
    return steps.stream()
        .filter(step -> step.inverse().equals(inverse))
        .mapToLong(RecordedStep::sequence)
        .max()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "inverse \"%s\": not one of record %s".formatted(inverse.kind(), name())));
  }

  AttachmentRecord in(RecordPhase next) {
    return new AttachmentRecord(sequence, origin, next, facts, steps);
  }

  AttachmentRecord with(RecordedStep step) {
    List<RecordedStep> more = new ArrayList<>(steps);
    more.add(step);
    RecordPhase next = phase == RecordPhase.PLANNED ? RecordPhase.ADDING : phase;
    return new AttachmentRecord(sequence, origin, next, facts, more);
  }

  AttachmentRecord without(Collection<Long> undone) {
    List<RecordedStep> left =
        steps.stream().filter(step -> !undone.contains(step.sequence())).toList();
    return new AttachmentRecord(sequence, origin, phase, facts, left);
  }

  AttachmentRecord refined(long step, ObjectNode data) {
    return changed(
        one -> one.sequence() == step ? one.withInverse(one.inverse().refined(data)) : one);
  }

  AttachmentRecord failed(Map<Long, String> reasons) {
    return changed(
        one ->
            reasons.containsKey(one.sequence())
                ? one.withFailure(reasons.get(one.sequence()))
                : one);
  }

  AttachmentRecord with(String name, JsonNode value) {
    return new AttachmentRecord(sequence, origin, phase, facts.with(name, value), steps);
  }

  private AttachmentRecord changed(UnaryOperator<RecordedStep> change) {
    return new AttachmentRecord(
        sequence, origin, phase, facts, steps.stream().map(change).toList());
  }
}
