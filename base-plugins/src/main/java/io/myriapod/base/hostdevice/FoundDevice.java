package io.myriapod.base.hostdevice;

import io.myriapod.journal.AttachmentKey;
import io.myriapod.linux.link.Link;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.DeviceClaims.Claim;
import java.util.Optional;

/** What the selectors of a config lead to. */
sealed interface FoundDevice {
  /** Whether both are the same device. */
  boolean isSame(FoundDevice other);

  /** The id of the device behind it on its bus; empty for software. */
  Optional<String> device();

  /**
   * A link of the node.
   *
   * @param pci the PCI function behind it, if there is one
   * @param stray the claim of a pod that lost it: its namespace died, and no DEL has come yet
   */
  record OnNode(Link link, Optional<PciAddress> pci, Optional<Claim> stray) implements FoundDevice {
    @Override
    public Optional<String> device() {
      return pci.map(PciAddress::value).or(link::parentDevice);
    }

    @Override
    public boolean isSame(FoundDevice other) {
      return other instanceof OnNode node && node.link.index() == link.index();
    }

    @Override
    public String toString() {
      return "\"%s\"".formatted(link.name());
    }
  }

  /** A PCI function that programs drive, not the kernel. */
  record ForPrograms(PciAddress pci, String driver, Optional<AttachmentKey> holder)
      implements FoundDevice {
    @Override
    public Optional<String> device() {
      return Optional.of(pci.value());
    }

    @Override
    public boolean isSame(FoundDevice other) {
      return other instanceof ForPrograms function && function.pci.equals(pci);
    }

    @Override
    public String toString() {
      return "%s of driver \"%s\"".formatted(pci, driver);
    }
  }

  /** Not on the node: a pod has it. */
  record InPod(Claim claim) implements FoundDevice {
    @Override
    public Optional<String> device() {
      return claim.device().state().identity().parentDevice();
    }

    @Override
    public boolean isSame(FoundDevice other) {
      return other instanceof InPod pod && pod.claim.step() == claim.step();
    }

    @Override
    public String toString() {
      return "\"%s\", which a pod has".formatted(claim.device().state().name());
    }
  }
}
