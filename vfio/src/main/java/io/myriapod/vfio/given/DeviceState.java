package io.myriapod.vfio.given;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.link.Link;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a device was like on the node before it went into a pod: all that is put back when it comes
 * home. Routes, sysctls and queueing disciplines of its own are not in it.
 *
 * @param index on the node; it may get another one there
 * @param alias empty text for none
 * @param mtu bytes
 * @param txQueueLength packets
 */
public record DeviceState(
    DeviceIdentity identity,
    int index,
    InterfaceName name,
    List<String> altNames,
    String alias,
    int mtu,
    int txQueueLength,
    int group,
    boolean up,
    boolean promiscuous,
    boolean allMulticast,
    List<SavedAddress> addresses) {

  public DeviceState {
    altNames = List.copyOf(altNames);
    addresses = List.copyOf(addresses);
  }

  /** Temporary IPv6 addresses (RFC 8981) are left out: the kernel makes new ones. */
  public static DeviceState of(Link link, List<LinkAddress> addresses, Instant now) {
    return of(link, new InterfaceName(link.name()), addresses, now);
  }

  /** As if it had that name: a pod may have given it one that we could not give it again. */
  public static DeviceState of(
      Link link, InterfaceName name, List<LinkAddress> addresses, Instant now) {
    return new DeviceState(
        DeviceIdentity.of(link),
        link.index(),
        name,
        link.altNames(),
        link.alias(),
        link.mtu(),
        link.txQueueLength(),
        link.group(),
        link.isUp(),
        link.isPromiscuous(),
        link.isAllMulticast(),
        addresses.stream()
            .filter(one -> !(one.prefix().isV6() && one.has(AddressFlag.SECONDARY)))
            .map(one -> SavedAddress.of(one, now))
            .toList());
  }

  /** The same of the only link of its device. */
  DeviceState asSole() {
    return new DeviceState(
        identity.asSole(),
        index,
        name,
        altNames,
        alias,
        mtu,
        txQueueLength,
        group,
        up,
        promiscuous,
        allMulticast,
        addresses);
  }

  /** The same device, down, and without alias and addresses. */
  public DeviceState down() {
    return new DeviceState(
        identity,
        index,
        name,
        altNames,
        "",
        mtu,
        txQueueLength,
        group,
        false,
        promiscuous,
        allMulticast,
        List.of());
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    identity.kind().ifPresent(kind -> json.put("linkKind", kind));
    identity.mac().ifPresent(mac -> json.put("mac", mac.toString()));
    identity.permanentMac().ifPresent(mac -> json.put("permanentMac", mac.toString()));
    identity.parentDevice().ifPresent(device -> json.put("parentDevice", device));
    json.put("sole", identity.sole());
    json.put("index", index).put("name", name.value()).put("alias", alias);
    ArrayNode names = json.putArray("altNames");
    altNames.forEach(names::add);
    json.put("mtu", mtu).put("txQueueLength", txQueueLength).put("group", group);
    json.put("up", up).put("promiscuous", promiscuous).put("allMulticast", allMulticast);
    ArrayNode list = json.putArray("addresses");
    addresses.forEach(address -> list.add(address.toJson()));
    return json;
  }

  static DeviceState from(JsonNode json) {
    List<String> altNames = new ArrayList<>();
    json.path("altNames").forEach(name -> altNames.add(name.asText()));
    List<SavedAddress> addresses = new ArrayList<>();
    json.path("addresses").forEach(address -> addresses.add(SavedAddress.from(address)));
    return new DeviceState(
        new DeviceIdentity(
            text(json, "linkKind"),
            text(json, "mac").map(MacAddress::parse),
            text(json, "permanentMac").map(MacAddress::parse),
            text(json, "parentDevice"),
            json.path("sole").asBoolean()),
        json.path("index").asInt(),
        new InterfaceName(json.path("name").asText()),
        altNames,
        json.path("alias").asText(),
        json.path("mtu").asInt(),
        json.path("txQueueLength").asInt(),
        json.path("group").asInt(),
        json.path("up").asBoolean(),
        json.path("promiscuous").asBoolean(),
        json.path("allMulticast").asBoolean(),
        addresses);
  }

  private static Optional<String> text(JsonNode json, String name) {
    return Optional.ofNullable(json.get(name)).map(JsonNode::asText);
  }
}
