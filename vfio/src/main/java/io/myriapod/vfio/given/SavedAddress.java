package io.myriapod.vfio.given;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.address.Lifetime;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * An address that a device had on the node. One that runs out is kept with the moment at which it
 * does, so that it comes back with what is left of its time, or not at all.
 *
 * @param flags those that can be asked for; the others are the kernel's findings
 * @param label empty text for none
 * @param until absent: for ever
 */
public record SavedAddress(
    IpPrefix prefix,
    Set<AddressFlag> flags,
    int scope,
    Optional<InetAddress> peer,
    Optional<InetAddress> broadcast,
    String label,
    Optional<Until> until) {
  private static final Set<AddressFlag> WANTED =
      EnumSet.of(AddressFlag.NODAD, AddressFlag.NO_PREFIX_ROUTE);

  /** Moments in seconds since 1970; {@link Lifetime#FOREVER} stays what it is. */
  record Until(long preferred, long valid) {}

  static SavedAddress of(LinkAddress address, Instant now) {
    EnumSet<AddressFlag> flags = EnumSet.copyOf(WANTED);
    flags.retainAll(address.flags());
    return new SavedAddress(
        address.prefix(),
        flags,
        address.scope(),
        address.peer(),
        address.broadcast(),
        address.label(),
        address
            .lifetime()
            .map(
                time ->
                    new Until(
                        moment(time.preferredSeconds(), now), moment(time.validSeconds(), now))));
  }

  private static long moment(long seconds, Instant now) {
    return seconds == Lifetime.FOREVER ? seconds : now.getEpochSecond() + seconds;
  }

  /**
   * To be put on a link again; empty if its time is over.
   *
   * @param named whether the link has its old name, which the label begins with
   */
  Optional<LinkAddress> on(int linkIndex, boolean named, Instant now) {
    LinkAddress lasting =
        new LinkAddress(
            linkIndex,
            prefix,
            flags,
            prefix.isV6() ? 0 : scope,
            peer,
            broadcast,
            named ? label : "",
            Optional.empty());
    if (until.isEmpty()) {
      return Optional.of(lasting);
    }
    long valid = left(until.get().valid(), now);
    long preferred = Math.min(left(until.get().preferred(), now), valid);
    return valid == 0
        ? Optional.empty()
        : Optional.of(lasting.withLifetime(new Lifetime(preferred, valid)));
  }

  private static long left(long moment, Instant now) {
    return moment == Lifetime.FOREVER ? moment : Math.max(0, moment - now.getEpochSecond());
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("prefix", prefix.toString()).put("scope", scope).put("label", label);
    flags.forEach(flag -> json.withArray("flags").add(flag.name()));
    peer.ifPresent(address -> json.put("peer", IpAddresses.format(address)));
    broadcast.ifPresent(address -> json.put("broadcast", IpAddresses.format(address)));
    until.ifPresent(
        time -> json.put("preferredUntil", time.preferred()).put("validUntil", time.valid()));
    return json;
  }

  static SavedAddress from(JsonNode json) {
    EnumSet<AddressFlag> flags = EnumSet.noneOf(AddressFlag.class);
    json.path("flags").forEach(flag -> flags.add(AddressFlag.valueOf(flag.asText())));
    return new SavedAddress(
        IpPrefix.parse(json.path("prefix").asText()),
        flags,
        json.path("scope").asInt(),
        text(json, "peer").map(IpAddresses::parse),
        text(json, "broadcast").map(IpAddresses::parse),
        json.path("label").asText(),
        json.has("validUntil")
            ? Optional.of(
                new Until(json.path("preferredUntil").asLong(), json.path("validUntil").asLong()))
            : Optional.empty());
  }

  private static Optional<String> text(JsonNode json, String name) {
    return Optional.ofNullable(json.get(name)).map(JsonNode::asText);
  }
}
