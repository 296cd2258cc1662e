package io.myriapod.agent.cli;

import static io.myriapod.agent.cli.DeviceListing.carrier;
import static io.myriapod.agent.cli.DeviceListing.names;
import static io.myriapod.agent.cli.DeviceListing.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.List;

/** The answer to EXPLAIN as text: the device, each selector key by key, the conclusion. */
final class DeviceStory {
  private static final List<String> HEAD =
      List.of("RESOURCE", "SELECTOR", "KEY", "WANTED", "GOT", "ALLOWED");

  /** A selector may name a thousand addresses. */
  private static final int LONGEST_VALUE = 60;

  private static final int LONGEST_SENTENCE = 2_000;

  private DeviceStory() {}

  static List<String> lines(JsonNode answer) {
    List<String> lines = new ArrayList<>(TextTable.aligned(traits(answer.path("device"))));
    lines.add("");
    if (!answer.path("selectors").isEmpty()) {
      lines.addAll(TextTable.aligned(keys(answer.path("selectors"))));
      lines.add("");
    }
    answer
        .path("conclusion")
        .forEach(one -> lines.add(Quoted.oneLine(one.asText(), LONGEST_SENTENCE)));
    return lines;
  }

  private static List<List<String>> traits(JsonNode device) {
    List<List<String>> traits = new ArrayList<>();
    traits.add(
        List.of(
            "device",
            "%s, %s, %s:%s, class %s"
                .formatted(
                    text(device, "id"),
                    device.path("auxType").asText(text(device, "type")),
                    text(device, "vendor"),
                    text(device, "device"),
                    text(device, "class"))));
    JsonNode physical = device.path("pf");
    traits.add(
        List.of(
            "function",
            physical.isMissingNode()
                ? "%s virtual functions, %s sub-functions"
                    .formatted(text(device, "virtualFunctions"), text(device, "subFunctions"))
                : "%s of %s, %s"
                    .formatted(
                        text(physical, "index"),
                        text(physical, "address"),
                        names(physical.path("interfaces")))));
    traits.add(List.of("driver", text(device, "driver")));
    traits.add(
        List.of(
            "interface",
            "%s, carrier %s, %s"
                .formatted(
                    names(device.path("interfaces")), carrier(device), text(device, "linkType"))));
    traits.add(List.of("NUMA node", text(device, "numaNode")));
    traits.add(List.of("node's use", text(device, "usedByNode")));
    return traits;
  }

  private static List<List<String>> keys(JsonNode selectors) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEAD);
    for (JsonNode selector : selectors) {
      for (JsonNode key : selector.path("keys")) {
        lines.add(
            List.of(
                text(selector, "resource"),
                text(selector, "selector"),
                text(key, "key"),
                Quoted.oneLine(text(key, "wanted"), LONGEST_VALUE),
                Quoted.oneLine(text(key, "got"), LONGEST_VALUE),
                key.path("allows").asBoolean() ? "yes" : "no"));
      }
    }
    return lines;
  }
}
