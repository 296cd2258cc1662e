package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The answer to LIST as text: pools, then devices. */
final class DeviceListing {
  private static final List<String> POOL_HEAD =
      List.of("RESOURCE", "DEVICES", "HEALTHY", "ALLOCATED", "KUBELET");
  private static final List<String> HEAD =
      List.of("DEVICE", "RESOURCE", "PF#INDEX", "DRIVER", "NUMA", "HOLDER");
  private static final List<String> MORE =
      List.of("TYPE", "ID", "INTERFACE", "CARRIER", "LINKTYPE", "WANTED BY");
  private static final String NONE = TextTable.NONE;

  private DeviceListing() {}

  /**
   * Two tables; the last column of each has sentences.
   *
   * @param wide with type, ids, interface and other pools as well
   */
  static List<String> lines(JsonNode answer, boolean wide) {
    List<String> lines = new ArrayList<>(pools(answer.path("pools")));
    lines.add("");
    lines.addAll(devices(answer.path("devices"), wide));
    return lines;
  }

  private static List<String> pools(JsonNode pools) {
    if (pools.isEmpty()) {
      return List.of("no pool is configured");
    }
    List<List<String>> cells = new ArrayList<>();
    cells.add(POOL_HEAD);
    for (JsonNode pool : pools) {
      cells.add(
          List.of(
              text(pool, "resource"),
              text(pool, "devices"),
              text(pool, "healthy"),
              text(pool, "allocated"),
              registration(pool.path("registration"))));
    }
    return TextTable.aligned(cells);
  }

  private static String registration(JsonNode registration) {
    if (registration.isMissingNode()) {
      return "unknown";
    }
    String state =
        "%s since %s".formatted(text(registration, "state"), text(registration, "since"));
    return registration.has("reason") ? state + ": " + text(registration, "reason") : state;
  }

  private static List<String> devices(JsonNode devices, boolean wide) {
    if (devices.isEmpty()) {
      return List.of("no device is in a pool or might be; --all shows the others");
    }
    List<List<String>> cells = new ArrayList<>();
    cells.add(TextTable.line(HEAD, wide ? MORE : List.of(), "HEALTH"));
    for (JsonNode device : devices) {
      cells.add(TextTable.line(cells(device), wide ? more(device) : List.of(), health(device)));
    }
    return TextTable.aligned(cells);
  }

  private static List<String> cells(JsonNode device) {
    return List.of(
        text(device, "id"),
        text(device, "resource"),
        place(device),
        text(device, "driver"),
        text(device, "numaNode"),
        text(device.path("holder"), "who"));
  }

  /** Of a function without a physical one its own interface, as it may be one. */
  static String place(JsonNode device) {
    JsonNode physical = device.path("pf");
    if (physical.isMissingNode()) {
      return names(device.path("interfaces"));
    }
    String card = names(physical.path("interfaces"));
    return "%s#%s"
        .formatted(card.equals(NONE) ? text(physical, "address") : card, text(physical, "index"));
  }

  private static List<String> more(JsonNode device) {
    return List.of(
        device.path("auxType").asText(text(device, "type")),
        text(device, "vendor") + ":" + text(device, "device"),
        names(device.path("interfaces")),
        carrier(device),
        text(device, "linkType"),
        names(device.path("wantedBy")));
  }

  static String carrier(JsonNode device) {
    return device.has("carrier") ? device.path("carrier").asBoolean() ? "up" : "down" : NONE;
  }

  private static String health(JsonNode device) {
    return device.path("healthy").asBoolean() ? "healthy" : text(device, "reason");
  }

  static String names(JsonNode list) {
    return list.isEmpty()
        ? NONE
        : StreamSupport.stream(list.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(","));
  }

  static String text(JsonNode object, String key) {
    return object.has(key) ? object.path(key).asText() : NONE;
  }
}
