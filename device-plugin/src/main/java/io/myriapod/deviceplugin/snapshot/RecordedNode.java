package io.myriapod.deviceplugin.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.deviceplugin.device.NodeView;
import io.myriapod.deviceplugin.device.SeenLink;
import io.myriapod.deviceplugin.pool.Holdings;
import io.myriapod.deviceplugin.pool.Holdings.Holder;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What tells of a node's devices and is not in its sysfs.
 *
 * @param links of devices
 * @param ddpProfiles by physical function, of those that say one
 * @param holdings who had which device
 * @param resourcePrefix of pools that name none
 */
public record RecordedNode(
    List<RecordedLink> links,
    Map<PciAddress, String> ddpProfiles,
    Holdings holdings,
    String resourcePrefix) {
  /** Another one cannot be read. */
  private static final int FORMAT = 1;

  private static final String FORMAT_KEY = "format";
  private static final String HOLDERS = "holders";

  /** Copies the collections. */
  public RecordedNode {
    links = List.copyOf(links);
    ddpProfiles = Map.copyOf(ddpProfiles);
  }

  /** As that view has the links; those of no device of this tree are of no interest. */
  public static RecordedNode of(
      NodeView view,
      Sysfs sysfs,
      Map<PciAddress, String> ddpProfiles,
      Holdings holdings,
      String resourcePrefix) {
    Set<String> names =
        TreeView.read(sysfs).links().stream().map(SeenLink::name).collect(Collectors.toSet());
    List<RecordedLink> links =
        view.links().stream()
            .filter(link -> link.parentDevice().isPresent() || names.contains(link.name()))
            .map(link -> RecordedLink.of(link, view))
            .toList();
    return new RecordedNode(links, ddpProfiles, holdings, resourcePrefix);
  }

  /** Throws {@link IllegalArgumentException} that says what is wrong with it. */
  static RecordedNode of(JsonNode json) {
    if (json.path(FORMAT_KEY).asInt() != FORMAT) {
      throw new IllegalArgumentException(
          "format %s is not known: want %d".formatted(json.path(FORMAT_KEY), FORMAT));
    }
    List<RecordedLink> links = new ArrayList<>();
    json.path("links").forEach(link -> links.add(RecordedLink.of(link)));
    Map<PciAddress, String> profiles = new LinkedHashMap<>();
    json.path("ddpProfiles")
        .properties()
        .forEach(each -> profiles.put(new PciAddress(each.getKey()), each.getValue().asText()));
    Map<DeviceId, Holder> holders = new LinkedHashMap<>();
    json.path(HOLDERS)
        .properties()
        .forEach(each -> holders.put(new DeviceId(each.getKey()), holder(each.getValue())));
    Map<DeviceId, String> lenders = new LinkedHashMap<>();
    json.path("givenBy")
        .properties()
        .forEach(each -> lenders.put(new DeviceId(each.getKey()), each.getValue().asText()));
    return new RecordedNode(
        links, profiles, new Holdings(holders, lenders), json.path("resourcePrefix").asText());
  }

  private static Holder holder(JsonNode json) {
    return new Holder(
        json.path("who").asText(), Optional.ofNullable(json.path("quarantine").textValue()));
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put(FORMAT_KEY, FORMAT);
    json.put("resourcePrefix", resourcePrefix);
    ArrayNode list = json.putArray("links");
    links.forEach(link -> list.add(link.toJson()));
    ObjectNode profiles = json.putObject("ddpProfiles");
    new TreeMap<>(ddpProfiles).forEach((card, name) -> profiles.put(card.value(), name));
    ObjectNode holders = json.putObject(HOLDERS);
    byName(holdings.holders()).forEach((id, holder) -> put(holders.putObject(id), holder));
    byName(holdings.givenBy()).forEach(json.putObject("givenBy")::put);
    return json;
  }

  private static void put(ObjectNode json, Holder holder) {
    json.put("who", holder.who());
    holder.quarantine().ifPresent(why -> json.put("quarantine", why));
  }

  /** In a fixed order, so that two pictures can be compared. */
  private static <T> Map<String, T> byName(Map<DeviceId, T> map) {
    Map<String, T> sorted = new TreeMap<>();
    map.forEach((id, value) -> sorted.put(id.value(), value));
    return sorted;
  }

  NodeView view() {
    Map<String, RecordedLink> byName = new LinkedHashMap<>();
    links.forEach(link -> byName.put(link.link().name(), link));
    return new NodeView() {
      @Override
      public List<SeenLink> links() {
        return byName.values().stream().map(RecordedLink::link).toList();
      }

      @Override
      public Optional<String> useOf(SeenLink link) {
        return Optional.ofNullable(byName.get(link.name())).flatMap(RecordedLink::use);
      }
    };
  }
}
