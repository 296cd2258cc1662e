package io.myriapod.vfio.given;

import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.types.PciAddress;
import java.util.Optional;

/**
 * Who has which PCI function, by what the journal says. To be asked under the lock of those that
 * give functions to pods and change them.
 */
public record FunctionHolders(Journal journal, PciBus bus) {
  /**
   * What keeps an attachment from taking a function.
   *
   * @param finding goes on after the name of the function
   * @param own whether the attachment's own container has it: waiting does not help then
   */
  public record Hindrance(String finding, String whatToDo, boolean own) {}

  /** The attachment that has it, if that is not this one. */
  public Optional<AttachmentRecord> other(PciAddress function, AttachmentKey key) {
    return journal
        .devices()
        .holder(function)
        .filter(record -> !record.key().equals(key))
        .or(() -> borrower(function, key));
  }

  /** A container that the kubelet gave it to, and whose pod is not gone yet. */
  private Optional<AttachmentRecord> borrower(PciAddress function, AttachmentKey key) {
    return journal.devices().borrowers(function).stream()
        .filter(record -> !record.key().container().equals(key.container()))
        .findFirst();
  }

  /** Somebody has it, or its driver or its card is being changed. */
  public Optional<Hindrance> against(PciAddress function, AttachmentKey key) {
    return other(function, key).map(holder -> held(holder, key)).or(() -> changing(function));
  }

  /** What there is to say of somebody who has it. */
  public static Hindrance held(AttachmentRecord holder, AttachmentKey key) {
    AttachmentKey other = holder.key();
    if (other.container().equals(key.container())) {
      return new Hindrance(
          "the same container has it already, as \"%s\"".formatted(other.interfaceName()),
          "two networks of one pod cannot have the same function",
          true);
    }
    return holder
        .quarantine()
        .map(
            reason ->
                new Hindrance(
                    "it could not be cleaned after container %s: %s"
                        .formatted(other.container(), reason),
                    "it is tried again by itself; docs/sriov.md says how to mend it by hand",
                    false))
        .orElseGet(
            () ->
                new Hindrance(
                    "container %s has it, as \"%s\""
                        .formatted(other.container(), other.interfaceName()),
                    "it is free again when that pod is deleted; `myriapod vf list` shows the holder",
                    false));
  }

  /** Its driver or its card is being changed. */
  public Optional<Hindrance> changing(PciAddress function) {
    return bus.withPhysical(function).stream()
        .filter(journal.devices()::isUnfinished)
        .findFirst()
        .map(
            one ->
                new Hindrance(
                    "a change of %s has begun and is not finished".formatted(one),
                    "it goes on or is taken back by itself; `myriapod vf list` shows the state",
                    false));
  }
}
