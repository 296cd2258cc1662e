package io.myriapod.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.functions.FunctionRow;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.link.VfState;
import io.myriapod.linux.link.VfVlan;
import io.myriapod.linux.pci.IommuGroup;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.pci.Sriov;
import io.myriapod.linux.pci.VirtualOf;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.use.Use;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How functions are shown. */
class VfListingTest {
  private static final PciAddress CARD = new PciAddress("0000:01:00.0");
  private static final PciAddress FIRST = new PciAddress("0000:01:10.0");

  private static final FunctionRow PHYSICAL =
      row(
          function(
              CARD,
              List.of("ens1"),
              Optional.empty(),
              Optional.of(new Sriov(7, true, Map.of(0, FIRST)))),
          Optional.empty());
  private static final FunctionRow VIRTUAL =
      row(
          function(FIRST, List.of(), Optional.of(new VirtualOf(CARD, 0)), Optional.empty()),
          Optional.of(
              new VfState(
                  0,
                  Optional.of(MacAddress.parse("02:00:00:00:00:01")),
                  Optional.of(new VfVlan(100, 3, VfVlan.DOT1Q)),
                  Optional.of(true),
                  Optional.empty(),
                  Optional.of(new VfRate(0, 500)),
                  Optional.empty())));

  private static PciFunction function(
      PciAddress address, List<String> links, Optional<VirtualOf> of, Optional<Sriov> sriov) {
    return new PciFunction(
        address,
        0x8086,
        0x10c9,
        0x020000,
        Optional.of("igb"),
        Optional.of(new IommuGroup(5, List.of(address), false)),
        Optional.empty(),
        links,
        false,
        of,
        sriov,
        List.of(),
        true);
  }

  private static FunctionRow row(PciFunction function, Optional<VfState> state) {
    List<Use> uses =
        state.isPresent() ? List.of(new Use("default/app", "is held", "delete it")) : List.of();
    return new FunctionRow(function, state, uses, Optional.empty());
  }

  @Test
  void table_aCardWithOneFunction_isAligned() {
    assertEquals(
        List.of(
            "PF            VF   ADDRESS       DRIVER  GROUP  NUMA  HELD BY",
            "0000:01:00.0  1/7  0000:01:00.0  igb     5      -     -",
            "0000:01:00.0  0    0000:01:10.0  igb     5      -     default/app"),
        VfListing.table(List.of(PHYSICAL, VIRTUAL), false));
  }

  @Test
  void table_wide_hasInterfaceAndState() {
    List<String> lines = VfListing.table(List.of(PHYSICAL, VIRTUAL), true);

    assertEquals(
        "PF VF ADDRESS DRIVER GROUP NUMA INTERFACE DEVICE MAC VLAN TRUST SPOOFCHK LINK HELD BY",
        lines.get(0).replaceAll(" +", " "));
    assertEquals(
        "0000:01:00.0 0 0000:01:10.0 igb 5 - - 8086:10c9 02:00:00:00:00:01 100/3 - on -"
            + " default/app",
        lines.get(2).replaceAll(" +", " "));
  }

  /** The kernel lets a link be called by what clears a screen. */
  @Test
  void table_controlCharactersInNames_areNotShown() {
    FunctionRow odd =
        row(
            function(CARD, List.of("a\u001b[2Jb\n"), Optional.empty(), Optional.empty()),
            Optional.empty());

    String line = VfListing.table(List.of(odd), true).get(1);

    assertTrue(line.contains("a?[2Jb?"), line);
  }

  @Test
  void json_aCardWithOneFunction_nestsIt() {
    JsonNode card = VfListing.json(List.of(PHYSICAL, VIRTUAL)).get(0);

    assertEquals("0000:01:00.0", card.path("address").asText());
    assertEquals(7, card.path("totalVfs").asInt());
    assertEquals("ens1", card.path("interfaces").path(0).asText());
    JsonNode virtual = card.path("vfs").path(0);
    assertEquals("0000:01:00.0", virtual.path("pf").asText());
    assertEquals(100, virtual.path("vlan").asInt());
    assertEquals(500, virtual.path("maxTxRate").asInt());
    assertFalse(virtual.has("trust"));
    assertEquals("default/app", virtual.path("heldBy").path(0).path("who").asText());
  }

  /** docs/vf.md sends the reader there. */
  @Test
  void json_changeThatCannotBeTakenBack_hasTheReason() {
    DeviceRecord stuck =
        new DeviceRecord(
            FIRST,
            "boot1",
            JsonNodeFactory.instance.objectNode(),
            Optional.of(
                new Inverse("driver", UndoClass.DEVICE, JsonNodeFactory.instance.objectNode())),
            Optional.of("it has no driver"));
    FunctionRow row =
        new FunctionRow(PHYSICAL.function(), Optional.empty(), List.of(), Optional.of(stuck));

    JsonNode json = VfListing.json(List.of(row)).get(0);

    assertTrue(json.path("changing").asBoolean());
    assertEquals("it has no driver", json.path("failure").asText());
  }
}
