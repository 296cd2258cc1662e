package io.myriapod.agent.devices;

import io.myriapod.journal.AttachmentRecord;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Counters;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What went through the devices that pods have, as the card counts it for its virtual functions and
 * as the pod's interface does. Many drivers of cards count nothing for their virtual functions, and
 * a function for programs has no interface: what nobody counts lacks. A reading of one moment;
 * changes nothing.
 */
final class DeviceTraffic {
  /** Who counted. */
  enum Source {
    CARD,
    INTERFACE
  }

  record Row(AttachmentRecord holder, PciAddress device, Source source, Counters counters) {}

  private final Node node;
  private final DeviceTree tree;
  private final PciBus bus;

  DeviceTraffic(Node node, Sysfs sysfs) {
    this.node = node;
    this.tree = new DeviceTree(sysfs);
    this.bus = new PciBus(sysfs);
  }

  /** Of these attachments those that have a PCI device; each at most once for each source. */
  List<Row> of(List<AttachmentRecord> attachments) {
    List<Row> rows = new ArrayList<>();
    Map<PciAddress, Map<Integer, Counters>> cards = new HashMap<>();
    try (NetworkNamespace host = node.openHost()) {
      for (AttachmentRecord holder : attachments) {
        deviceOf(holder)
            .ifPresent(
                device -> {
                  ofCard(device, host.links(), cards)
                      .ifPresent(count -> rows.add(new Row(holder, device, Source.CARD, count)));
                  ofInterface(holder)
                      .ifPresent(
                          count -> rows.add(new Row(holder, device, Source.INTERFACE, count)));
                });
      }
    }
    return rows;
  }

  private Optional<PciAddress> deviceOf(AttachmentRecord holder) {
    return holder.bootId().equals(node.bootId())
        ? holder.text(AttachmentRecord.DEVICE).flatMap(PciAddress::of)
        : Optional.empty();
  }

  private Optional<Counters> ofCard(
      PciAddress device, Links links, Map<PciAddress, Map<Integer, Counters>> cards) {
    return bus.find(device)
        .flatMap(PciFunction::virtualOf)
        .map(
            virtual ->
                cards
                    .computeIfAbsent(virtual.physical(), card -> countersOf(card, links))
                    .get(virtual.index()))
        .filter(counters -> !counters.isZero());
  }

  private Map<Integer, Counters> countersOf(PciAddress card, Links links) {
    try {
      return tree.linkOf(card, links).map(links::virtualFunctionCounters).orElse(Map.of());
    } catch (ErrnoException e) {
      return Map.of(); // its driver is just being changed
    }
  }

  private Optional<Counters> ofInterface(AttachmentRecord holder) {
    Optional<String> path = holder.text("netns");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    try (NetworkNamespace pod = node.open(Path.of(path.get()))) {
      return holder.text("namespaceId").filter(pod.id()::equals).isPresent()
          ? pod.links().counters(holder.key().interfaceName().value())
          : Optional.empty();
    } catch (ErrnoException | NotANetworkNamespaceException e) {
      return Optional.empty(); // it has ended
    }
  }
}
