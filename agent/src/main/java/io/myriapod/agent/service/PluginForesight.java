package io.myriapod.agent.service;

import io.myriapod.agent.undo.LeaseUndo;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.TakesDevice;
import io.myriapod.ipam.Ipam;
import io.myriapod.journal.Inverse;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.multus.port.Foresight;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Optional;

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
  public Optional<ForeseenDevice> device(PluginRequest request) {
    if (!registry.isBuiltin(request.config())) {
      return named(request).map(id -> new ForeseenDevice(id, physical(id), false));
    }
    return registry
        .builtin(request.config().type())
        .filter(TakesDevice.class::isInstance)
        .flatMap(plugin -> ((TakesDevice) plugin).deviceOf(request))
        .map(id -> new ForeseenDevice(id, physical(id), true));
  }

  /** By the keys and the order in which the plugins of SR-IOV and host devices look for it. */
  private static Optional<String> named(PluginRequest request) {
    Optional<String> chosen = request.config().runtimeConfig().string("deviceID");
    Optional<String> byId = request.config().root().string("deviceID");
    Optional<String> byBus = request.config().root().string("pciBusID");
    return chosen
        .or(() -> byId)
        .or(() -> byBus)
        .filter(id -> !id.isEmpty())
        .map(id -> PciAddress.of(id).map(PciAddress::value).orElse(id));
  }

  private Optional<String> physical(String id) {
    return PciAddress.of(id)
        .flatMap(bus::find)
        .flatMap(PciFunction::virtualOf)
        .map(of -> of.physical().value());
  }
}
