package io.myriapod.ipam.hostlocal;

import io.myriapod.cni.plugin.Attachment;
import io.myriapod.ipam.lease.LeaseOwner;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Whose leases a GC leaves alone: attachments that the runtime lists or somebody records. */
final class LeaseHolders {
  private final String network;
  private final Set<String> valid = new HashSet<>();
  private final RecordedAttachments recorded;

  LeaseHolders(String network, Set<Attachment> valid, RecordedAttachments recorded) {
    this.network = network;
    this.recorded = recorded;
    for (Attachment each : valid) {
      LeaseOwner owner = new LeaseOwner(each.container(), each.interfaceName());
      this.valid.add(owner.text());
      this.valid.add(owner.legacyText()); // stays as long as any interface of the container lives
    }
  }

  /**
   * Whether the holder is one of them.
   *
   * @param text of a lease file
   */
  boolean contain(String text) {
    return valid.contains(text) || isRecorded(text);
  }

  private boolean isRecorded(String text) {
    String[] lines = text.split("\\R", 2);
    try {
      ContainerId container = new ContainerId(lines[0].strip());
      Optional<InterfaceName> interfaceName =
          lines.length > 1 ? Optional.of(new InterfaceName(lines[1].strip())) : Optional.empty();
      return recorded.contains(network, container, interfaceName);
    } catch (IllegalArgumentException e) {
      return false; // not what we write: nobody's record
    }
  }
}
