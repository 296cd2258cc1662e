package io.myriapod.agent.functions;

import io.myriapod.journal.DeviceRecord;
import io.myriapod.linux.link.VfState;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.vfio.use.Use;
import java.util.List;
import java.util.Optional;

/**
 * A physical or virtual function of the node at one moment.
 *
 * @param state what the physical function says of it; absent for a physical one, or if that has no
 *     interface on the node
 * @param uses who uses it, the strongest evidence first
 * @param record what the journal knows of changes
 */
public record FunctionRow(
    PciFunction function, Optional<VfState> state, List<Use> uses, Optional<DeviceRecord> record) {
  public FunctionRow {
    uses = List.copyOf(uses);
  }
}
