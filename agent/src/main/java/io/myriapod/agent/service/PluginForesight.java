package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.agent.undo.LeaseUndo;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
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
import io.myriapod.types.Quoted;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    Set<DeviceId> ids = builtin ? new LinkedHashSet<>() : named(request);
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

  /** Under whatever key: which one of them an executable heeds only it knows. */
  private static Set<DeviceId> named(PluginRequest request) {
    ConfigObject root = request.config().root();
    return Stream.of(
            request.config().runtimeConfig().value("deviceID"),
            root.value("deviceID"),
            root.value("pciBusID"))
        .flatMap(Optional::stream)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> !text.isEmpty())
        .map(PluginForesight::id)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static DeviceId id(String text) {
    return DeviceId.of(text)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "device %s: want a PCI address, or another id without \"/\""
                        .formatted(Quoted.shortened(text)),
                    "correct \"deviceID\" or \"pciBusID\" in the network configuration"));
  }

  private Optional<PciAddress> physical(DeviceId id) {
    return id.pci().flatMap(bus::find).flatMap(PciFunction::virtualOf).map(VirtualOf::physical);
  }
}
