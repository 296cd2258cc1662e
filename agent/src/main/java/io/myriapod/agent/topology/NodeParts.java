package io.myriapod.agent.topology;

import io.myriapod.agent.topology.Topology.Kind;
import io.myriapod.agent.topology.Topology.Part;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkDetails;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.pci.Sriov;
import io.myriapod.linux.pci.VirtualOf;
import io.myriapod.linux.route.Uplink;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is on the node, as far as somebody asks for it: cards, and the links and functions on them.
 * A reading of one moment; not for use by several threads.
 */
final class NodeParts {
  /** Of one card; more than these are not told apart. */
  private static final int MOST_FUNCTIONS = 24;

  private static final int MOST_CARDS = 64;

  private final Sysfs sysfs;
  private final PciBus bus;
  private final Uplink uplink;
  private final Map<Integer, Link> links = new LinkedHashMap<>();
  private final Map<Integer, PciAddress> devices = new HashMap<>();
  private final List<PciFunction> physical;
  private final Map<PciAddress, VirtualOf> functions = new HashMap<>();
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final Set<String> begun = new HashSet<>();
  private final Map<PciAddress, Set<PciAddress>> held = new HashMap<>();

  NodeParts(Sysfs sysfs, Links all, Uplink uplink) {
    this.sysfs = sysfs;
    this.bus = new PciBus(sysfs);
    this.uplink = uplink;
    all.list().forEach(link -> links.put(link.index(), link));
    this.physical = bus.physicalFunctions();
    links.forEach(
        (index, link) ->
            link.parentDevice()
                .flatMap(PciAddress::of)
                .ifPresent(address -> devices.put(index, address)));
    DeviceTree tree = new DeviceTree(sysfs);
    for (PciFunction card : physical) {
      tree.linkOf(card.address(), all).ifPresent(link -> devices.put(link.index(), card.address()));
      card(card);
    }
  }

  /** The part of a function that a pod has. */
  String function(PciAddress address) {
    VirtualOf virtual = functions.get(address);
    String id = "pci:" + address;
    List<String> driver = bus.driverOf(address).stream().toList();
    if (virtual == null) {
      parts.putIfAbsent(id, new Part(id, Kind.CARD, address.value(), driver, List.of()));
      return id;
    }
    String card = "pci:" + virtual.physical();
    Set<PciAddress> ofCard = held.computeIfAbsent(virtual.physical(), any -> new TreeSet<>());
    ofCard.add(address);
    if (ofCard.size() > MOST_FUNCTIONS) {
      int more = ofCard.size() - MOST_FUNCTIONS;
      return rest(card, "more", "held", more, List.of("held by pods"));
    }
    List<String> notes = new ArrayList<>(List.of(address.value()));
    notes.addAll(driver);
    parts.putIfAbsent(
        id, new Part(id, Kind.FUNCTION, "VF " + virtual.index(), notes, List.of(card)));
    return id;
  }

  private String rest(String card, String word, String which, int number, List<String> notes) {
    String id = "%s/%s/%s".formatted(card, word, which);
    parts.put(id, new Part(id, Kind.REST, number + " " + word, notes, List.of(card)));
    return id;
  }

  private void card(PciFunction card) {
    card.sriov()
        .map(Sriov::functions)
        .orElse(Map.of())
        .entrySet()
        .forEach(one -> functions.put(one.getValue(), new VirtualOf(card.address(), one.getKey())));
    String id = "pci:" + card.address();
    List<String> notes = new ArrayList<>();
    Optional<Link> link =
        links.values().stream()
            .filter(one -> card.address().equals(devices.get(one.index())))
            .findFirst();
    link.ifPresent(any -> notes.add(card.address().value()));
    card.driver().ifPresent(notes::add);
    card.sriov()
        .ifPresent(sriov -> notes.add("%d of %d VFs".formatted(sriov.number(), sriov.total())));
    link.ifPresent(one -> notes.addAll(state(one)));
    String name = link.map(Link::name).orElse(card.address().value());
    parts.put(id, new Part(id, Kind.CARD, name, notes, List.of()));
  }

  private List<String> state(Link link) {
    List<String> state = new ArrayList<>();
    if (uplink.includes(link)) {
      state.add("uplink of the node");
    }
    if (!link.isUp()) {
      state.add("down");
    } else if (!link.hasLowerUp()) {
      state.add("no carrier");
    }
    return state;
  }

  /** The part of a link of the node; empty if it is gone. */
  Optional<String> link(int index) {
    return Optional.ofNullable(links.get(index)).map(this::link);
  }

  private String link(Link link) {
    String id =
        Optional.ofNullable(devices.get(link.index()))
            .map(device -> "pci:" + device)
            .orElse("link:" + link.name());
    if (parts.containsKey(id) || !begun.add(id)) {
      return id;
    }
    List<String> below = below(link).stream().map(this::link).toList();
    List<String> notes = new ArrayList<>();
    Optional.ofNullable(devices.get(link.index())).map(PciAddress::value).ifPresent(notes::add);
    notes.addAll(kind(link));
    notes.addAll(state(link));
    Kind kind = isOnOthers(link) || !below.isEmpty() ? Kind.LINK : Kind.CARD;
    parts.putIfAbsent(id, new Part(id, kind, link.name(), notes, below));
    return id;
  }

  private static boolean isOnOthers(Link link) {
    return link.isKind("bridge") || link.isKind("bond") || link.isKind("vlan");
  }

  private static List<String> kind(Link link) {
    return link.details() instanceof LinkDetails.Vlan vlan
        ? List.of("vlan " + vlan.id())
        : link.kind().stream().toList();
  }

  /** A bridge lies on what leads out of the node, not on the ends of pods. */
  private List<Link> below(Link link) {
    if (link.isKind("bridge") || link.isKind("bond")) {
      return links.values().stream()
          .filter(port -> port.masterIndex().equals(Optional.of(link.index())))
          .filter(port -> link.isKind("bond") || leadsOut(port))
          .toList();
    }
    return link.lowerIndex().filter(lower -> lower != link.index()).map(links::get).stream()
        .toList();
  }

  private boolean leadsOut(Link port) {
    return isCard(port) || port.isKind("vlan") || port.isKind("bond");
  }

  private boolean isCard(Link link) {
    return devices.containsKey(link.index())
        || link.kind().isEmpty() && link.parentDevice().isPresent();
  }

  /** The bridge of that name, or the one that the link of that name is a port of. */
  Optional<String> bridgeOf(String name) {
    Optional<Link> link = links.values().stream().filter(one -> one.isNamed(name)).findFirst();
    return link.filter(one -> one.isKind("bridge"))
        .or(() -> link.flatMap(Link::masterIndex).map(links::get))
        .map(this::link);
  }

  /** All that were asked for, every card, and what is left of their functions. */
  List<Part> all() {
    links.values().stream().filter(this::isCard).limit(MOST_CARDS).forEach(this::link);
    for (PciFunction card : physical) {
      card.sriov().ifPresent(sriov -> free(card.address(), sriov));
    }
    return List.copyOf(parts.values());
  }

  private void free(PciAddress card, Sriov sriov) {
    Map<Idle, Integer> idle = new LinkedHashMap<>();
    for (PciAddress address : sriov.functions().values()) {
      if (!held.getOrDefault(card, Set.of()).contains(address)) {
        idle.merge(idle(address), 1, Integer::sum);
      }
    }
    idle.forEach(
        (one, number) -> rest("pci:" + card, one.where, one.driver, number, List.of(one.driver)));
  }

  /** A function that no pod has, by the journal. */
  private record Idle(String where, String driver) {}

  /** There may be a thousand: two looks at each. */
  private Idle idle(PciAddress address) {
    String interfaces = PciBus.pathOf(address, "net");
    boolean elsewhere = sysfs.exists(interfaces) && sysfs.list(interfaces).isEmpty();
    return new Idle(elsewhere ? "elsewhere" : "free", bus.driverOf(address).orElse("no driver"));
  }
}
