package io.myriapod.agent.service;

import io.myriapod.agent.forecast.NamedDevices;
import io.myriapod.agent.undo.LeaseUndo;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.TakesDevice;
import io.myriapod.ipam.Ipam;
import io.myriapod.journal.Inverse;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.pci.VirtualOf;
import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.multus.port.Foresight;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What built-in plugins say of an ADD beforehand, and what the config of an executable shows. */
final class PluginForesight implements Foresight {
  private final PluginRegistry registry;
  private final Ipam ipam;
  private final PciBus bus;

  PluginForesight(PluginRegistry registry, Ipam ipam, PciBus bus) {
    this.registry = registry;
    this.ipam = ipam;
    this.bus = bus;
  }

  @Override
  public List<Inverse> leases(PluginRequest request) {
    return registry.isBuiltin(request.config()) ? LeaseUndo.foreseen(ipam, request) : List.of();
  }

  @Override
  public Set<ForeseenDevice> devices(PluginRequest request) {
    boolean builtin = registry.isBuiltin(request.config());
    Set<DeviceId> ids = builtin ? new LinkedHashSet<>() : NamedDevices.in(request);
    taken(request, builtin).ifPresent(ids::add);
    return ids.stream()
        .map(id -> new ForeseenDevice(id, physical(id), builtin))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** What the built-in plugin of the type takes; one that is executed has other ways to fail. */
  private Optional<DeviceId> taken(PluginRequest request, boolean builtin) {
    try {
      return registry
          .builtin(request.config().type())
          .filter(TakesDevice.class::isInstance)
          .flatMap(plugin -> ((TakesDevice) plugin).deviceOf(request));
    } catch (CniException e) {
      if (builtin) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Optional<PciAddress> physical(DeviceId id) {
    return id.pci().flatMap(bus::find).flatMap(PciFunction::virtualOf).map(VirtualOf::physical);
  }
}
