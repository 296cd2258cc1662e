package io.myriapod.base.hostdevice;

import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.Journal;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Which devices the journal says are given to pods. */
record DeviceClaims(Journal journal) {
  /**
   * A device that an attachment holds.
   *
   * @param record its record's sequence: a younger one is higher
   */
  record Claim(AttachmentKey holder, long record, GivenDevice device) {
    @Override
    public String toString() {
      return "container %s holds it as \"%s\"".formatted(holder.container(), device.podName());
    }
  }

  /** The youngest claim of that kind. */
  Optional<Claim> youngest(Predicate<GivenDevice> wanted) {
    List<Claim> claims =
        journal.all().stream()
            .flatMap(record -> claimsOf(record).stream())
            .filter(claim -> wanted.test(claim.device()))
            .toList();
    return claims.isEmpty() ? Optional.empty() : Optional.of(claims.get(claims.size() - 1));
  }

  /** What that attachment holds. */
  Optional<GivenDevice> of(AttachmentKey key) {
    return journal.ofAttachment(key).stream()
        .flatMap(record -> claimsOf(record).stream())
        .map(Claim::device)
        .findFirst();
  }

  /** The PCI function for programs that the attachment holds. */
  Optional<PciAddress> functionOf(AttachmentKey key) {
    return journal.ofAttachment(key).stream()
        .flatMap(record -> record.inverses().stream())
        .filter(inverse -> inverse.kind().equals(GivenFunction.KIND))
        .map(inverse -> GivenFunction.from(inverse).pci())
        .findFirst();
  }

  /** Whether somebody else was given the same device after that record began. */
  boolean isTakenSince(long record, GivenDevice device) {
    return youngest(other -> other.state().identity().isSame(device.state().identity()))
        .filter(claim -> claim.record() > record)
        .isPresent();
  }

  /** Who holds a PCI function that no driver of the kernel has. */
  Optional<AttachmentKey> holderOf(PciAddress pci) {
    Inverse wanted = new GivenFunction(pci).toInverse();
    return journal.all().stream()
        .filter(record -> record.inverses().contains(wanted))
        .map(AttachmentRecord::key)
        .findFirst();
  }

  private static List<Claim> claimsOf(AttachmentRecord record) {
    return record.inverses().stream()
        .filter(inverse -> inverse.kind().equals(GivenDevice.KIND))
        .map(inverse -> new Claim(record.key(), record.sequence(), GivenDevice.from(inverse)))
        .toList();
  }
}
