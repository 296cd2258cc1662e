package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.functions.FunctionRow;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.linux.link.VfState;
import io.myriapod.linux.link.VfVlan;
import io.myriapod.linux.pci.IommuGroup;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.use.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Rows of functions as text and as JSON. */
final class VfListing {
  private static final List<String> HEAD =
      List.of("PF", "VF", "ADDRESS", "DRIVER", "GROUP", "NUMA");
  private static final List<String> MORE =
      List.of("INTERFACE", "DEVICE", "MAC", "VLAN", "TRUST", "SPOOFCHK", "LINK");
  private static final String NONE = TextTable.NONE;

  private VfListing() {}

  /**
   * A line each, below one with headings; the last column is who uses it.
   *
   * @param wide with interface, MAC, VLAN and switches as well
   */
  static List<String> table(List<FunctionRow> rows, boolean wide) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(TextTable.line(HEAD, wide ? MORE : List.of(), "HELD BY"));
    for (FunctionRow row : rows) {
      cells.add(TextTable.line(cells(row.function()), wide ? more(row) : List.of(), heldBy(row)));
    }
    return TextTable.aligned(cells);
  }

  private static List<String> cells(PciFunction function) {
    return List.of(
        function.virtualOf().map(of -> of.physical()).orElse(function.address()).value(),
        function
            .virtualOf()
            .map(of -> Integer.toString(of.index()))
            .orElseGet(() -> number(function)),
        function.address().value(),
        function.driver().orElse(NONE),
        shown(function.iommuGroup().map(IommuGroup::number)),
        shown(function.numaNode()));
  }

  /** Of a physical function: how many it has of how many. */
  private static String number(PciFunction physical) {
    return physical
        .sriov()
        .map(sriov -> "%d/%d".formatted(sriov.number(), sriov.total()))
        .orElse(NONE);
  }

  private static List<String> more(FunctionRow row) {
    PciFunction function = row.function();
    Optional<VfState> state = row.state();
    return List.of(
        function.linkNames().isEmpty() ? NONE : String.join(",", function.linkNames()),
        "%04x:%04x".formatted(function.vendor(), function.device()),
        shown(state.flatMap(VfState::mac)),
        state.flatMap(VfState::vlan).filter(one -> one.id() > 0).map(VfListing::vlan).orElse(NONE),
        onOff(state.flatMap(VfState::trust)),
        onOff(state.flatMap(VfState::spoofCheck)),
        state
            .flatMap(VfState::linkState)
            .map(link -> link.name().toLowerCase(Locale.ROOT))
            .orElse(NONE));
  }

  private static String vlan(VfVlan vlan) {
    return vlan.qos() == 0 ? Integer.toString(vlan.id()) : vlan.id() + "/" + vlan.qos();
  }

  private static String onOff(Optional<Boolean> on) {
    return on.map(yes -> yes ? "on" : "off").orElse(NONE);
  }

  private static String shown(Optional<?> value) {
    return value.map(Object::toString).orElse(NONE);
  }

  private static String heldBy(FunctionRow row) {
    if (row.record().filter(record -> record.isChanging()).isPresent()) {
      return "a change that is not finished";
    }
    String who = row.uses().stream().map(Use::who).distinct().collect(Collectors.joining(", "));
    return who.isEmpty() ? NONE : who;
  }

  /** A list of physical functions, each with a list {@code vfs}. Absent is what nobody knows. */
  static ArrayNode json(List<FunctionRow> rows) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    ArrayNode virtual = JsonNodeFactory.instance.arrayNode();
    for (FunctionRow row : rows) {
      ObjectNode json = json(row);
      if (row.function().virtualOf().isPresent()) {
        virtual.add(json);
      } else {
        virtual = json.putArray("vfs");
        list.add(json);
      }
    }
    return list;
  }

  private static ObjectNode json(FunctionRow row) {
    PciFunction function = row.function();
    ObjectNode json =
        JsonNodeFactory.instance.objectNode().put("address", function.address().value());
    function
        .virtualOf()
        .ifPresent(of -> json.put("pf", of.physical().value()).put("index", of.index()));
    function
        .sriov()
        .ifPresent(
            sriov -> json.put("totalVfs", sriov.total()).put("autoprobe", sriov.autoprobe()));
    json.put("vendor", "%04x".formatted(function.vendor()));
    json.put("device", "%04x".formatted(function.device()));
    function.driver().ifPresent(driver -> json.put("driver", driver));
    function.linkNames().forEach(json.putArray("interfaces")::add);
    function.iommuGroup().ifPresent(group -> group(json, group));
    function.numaNode().ifPresent(node -> json.put("numaNode", node));
    row.state().ifPresent(state -> state(json, state));
    ArrayNode uses = json.putArray("heldBy");
    row.uses().forEach(use -> uses.addObject().put("who", use.who()).put("finding", use.finding()));
    row.record().ifPresent(record -> json.put("changing", record.isChanging()));
    row.record().flatMap(DeviceRecord::failure).ifPresent(why -> json.put("failure", why));
    return json;
  }

  private static void group(ObjectNode json, IommuGroup group) {
    json.put("iommuGroup", group.number());
    group.members().stream()
        .map(PciAddress::value)
        .forEach(json.putArray("iommuGroupMembers")::add);
  }

  private static void state(ObjectNode json, VfState state) {
    state.mac().map(MacAddress::toString).ifPresent(mac -> json.put("mac", mac));
    state.vlan().ifPresent(vlan -> json.put("vlan", vlan.id()).put("vlanQoS", vlan.qos()));
    state.spoofCheck().ifPresent(on -> json.put("spoofChk", on));
    state.trust().ifPresent(on -> json.put("trust", on));
    state.rate().ifPresent(rate -> json.put("minTxRate", rate.min()).put("maxTxRate", rate.max()));
    state
        .linkState()
        .ifPresent(link -> json.put("linkState", link.name().toLowerCase(Locale.ROOT)));
  }
}
