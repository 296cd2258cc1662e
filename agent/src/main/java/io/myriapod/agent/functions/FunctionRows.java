package io.myriapod.agent.functions;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.VfState;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.VirtualFunctions.Places;
import io.myriapod.vfio.use.DeviceUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what functions there are, from the kernel and from what the journal's files say at first;
 * changes nothing.
 */
public final class FunctionRows {
  private final Node node;
  private final Sysfs sysfs;
  private final DeviceUse use;
  private final List<DeviceRecord> records;

  public FunctionRows(AgentPaths paths, Node node, Places places) {
    this.node = node;
    this.sysfs = new Sysfs(places.sys());
    List<AttachmentRecord> attachments = Journal.read(paths.journal());
    this.use = new DeviceUse(node, sysfs, places.devices(), () -> attachments);
    this.records = Journal.readDevices(paths.journal());
  }

  /** Each physical function, with its virtual ones by index behind it. */
  public List<FunctionRow> read() {
    PciBus bus = new PciBus(sysfs);
    List<FunctionRow> rows = new ArrayList<>();
    for (PciFunction physical : bus.physicalFunctions()) {
      rows.add(row(physical, Optional.empty()));
      Map<Integer, VfState> states = states(physical);
      Map<Integer, PciAddress> virtual = physical.sriov().orElseThrow().functions();
      virtual.forEach(
          (index, address) ->
              bus.find(address)
                  .ifPresent(one -> rows.add(row(one, Optional.ofNullable(states.get(index))))));
    }
    return rows;
  }

  private Map<Integer, VfState> states(PciFunction physical) {
    try (NetworkNamespace host = node.openHost()) {
      return new DeviceTree(sysfs)
          .linkOf(physical.address(), host.links())
          .map(link -> host.links().virtualFunctions(link))
          .orElse(Map.of());
    }
  }

  private FunctionRow row(PciFunction function, Optional<VfState> state) {
    Optional<DeviceRecord> record =
        records.stream()
            .filter(one -> one.device().equals(function.address()))
            .filter(one -> one.bootId().equals(node.bootId()))
            .findFirst();
    return new FunctionRow(function, state, use.of(function), record);
  }
}
