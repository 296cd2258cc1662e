package io.myriapod.vfio.given;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.Journal;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.PciAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which devices the journal says are given to pods. What an earlier boot gave says nothing: the
 * pods are gone, and the devices are what they became since.
 */
public record DeviceClaims(Journal journal) {
  /**
   * A device that an attachment holds.
   *
   * @param step sequence of the step that took it: a later one is higher, whichever ADD began first
   */
  public record Claim(AttachmentKey holder, long step, GivenDevice device) {
    @Override
    public String toString() {
      return "container %s holds it as \"%s\"".formatted(holder.container(), device.podName());
    }
  }

  /** The youngest claim of that kind. */
  public Optional<Claim> youngest(Predicate<GivenDevice> wanted) {
    return ofThisBoot(journal.all())
        .flatMap(record -> claimsOf(record).stream())
        .filter(claim -> wanted.test(claim.device()))
        .max(Comparator.comparingLong(Claim::step));
  }

  /** What that attachment holds. */
  public Optional<GivenDevice> of(AttachmentKey key) {
    return ofThisBoot(journal.ofAttachment(key))
        .flatMap(record -> claimsOf(record).stream())
        .map(Claim::device)
        .findFirst();
  }

  /** The PCI function for programs that the attachment holds. */
  public Optional<PciAddress> functionOf(AttachmentKey key) {
    return ofThisBoot(journal.ofAttachment(key))
        .flatMap(record -> record.inverses().stream())
        .filter(inverse -> inverse.kind().equals(GivenFunction.KIND))
        .map(inverse -> GivenFunction.from(inverse).pci())
        .findFirst();
  }

  /** Whether somebody else was given the same device after that step. */
  public boolean isTakenSince(long step, GivenDevice device) {
    return youngest(device::isSame).filter(claim -> claim.step() > step).isPresent();
  }

  /** Who holds a PCI function that no driver of the kernel has. */
  public Optional<AttachmentKey> holderOf(PciAddress pci) {
    Inverse wanted = new GivenFunction(pci).toInverse();
    return ofThisBoot(journal.all())
        .filter(record -> record.inverses().contains(wanted))
        .map(AttachmentRecord::key)
        .findFirst();
  }

  private Stream<AttachmentRecord> ofThisBoot(List<AttachmentRecord> records) {
    return records.stream().filter(record -> record.bootId().equals(journal.bootId()));
  }

  /** Whose result has that link of the node: the far end of a veth, or an ifb. */
  public Optional<AttachmentKey> attachedBy(String link) {
    return ofThisBoot(journal.all())
        .filter(record -> record.fact("result").filter(one -> tellsOf(one, link)).isPresent())
        .map(AttachmentRecord::key)
        .findFirst();
  }

  private static boolean tellsOf(JsonNode result, String link) {
    for (JsonNode one : result.path("interfaces")) {
      if (one.path("name").asText().equals(link) && one.path("sandbox").asText().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the attachment has hardware that is not on the node: then the namespace that has it
   * lives, whatever its path says.
   *
   * @param node links of the node
   */
  public static boolean isAway(AttachmentRecord record, List<Link> node, DeviceTree tree) {
    return claimsOf(record).stream()
        .map(Claim::device)
        .filter(device -> isDriven(device, tree))
        .anyMatch(device -> node.stream().noneMatch(device::is));
  }

  private static boolean isDriven(GivenDevice device, DeviceTree tree) {
    return device
        .state()
        .identity()
        .parentDevice()
        .flatMap(PciAddress::of)
        .filter(pci -> device.state().identity().isHardware() && tree.isDrivenByKernel(pci))
        .isPresent();
  }

  private static List<Claim> claimsOf(AttachmentRecord record) {
    return record.inverses().stream()
        .filter(inverse -> inverse.kind().equals(GivenDevice.KIND))
        .map(inverse -> new Claim(record.key(), record.stepOf(inverse), GivenDevice.from(inverse)))
        .toList();
  }
}
