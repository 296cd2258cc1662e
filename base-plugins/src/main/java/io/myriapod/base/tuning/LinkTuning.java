package io.myriapod.base.tuning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.Findings;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.types.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Settings of a link; what is absent is left alone.
 *
 * @param mtu bytes
 * @param txQueueLength packets
 */
record LinkTuning(
    Optional<MacAddress> mac,
    Optional<Boolean> promisc,
    Optional<Integer> mtu,
    Optional<Boolean> allmulti,
    Optional<Integer> txQueueLength) {

  /** One request to the kernel. */
  record Change(String key, BiConsumer<Links, Link> request) {}

  static LinkTuning nothing() {
    return new LinkTuning(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  boolean isNothing() {
    return equals(nothing());
  }

  /** What the link has now of the settings that are present here. */
  LinkTuning asOf(Link link) {
    return new LinkTuning(
        mac.flatMap(any -> link.mac()),
        promisc.map(any -> link.isPromiscuous()),
        mtu.map(any -> link.mtu()),
        allmulti.map(any -> link.isAllMulticast()),
        txQueueLength.map(any -> link.txQueueLength()));
  }

  /** These, and what they leave alone from the other. */
  LinkTuning over(LinkTuning other) {
    return new LinkTuning(
        mac.or(other::mac),
        promisc.or(other::promisc),
        mtu.or(other::mtu),
        allmulti.or(other::allmulti),
        txQueueLength.or(other::txQueueLength));
  }

  /** In the order of the reference plugin; named by the config's keys. */
  List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    mac.ifPresent(to -> changes.add(new Change("mac", (all, link) -> all.setMac(link, to))));
    promisc.ifPresent(
        on -> changes.add(new Change("promisc", (all, link) -> all.setPromiscuous(link, on))));
    mtu.ifPresent(to -> changes.add(new Change("mtu", (all, link) -> all.setMtu(link, to))));
    allmulti.ifPresent(
        on -> changes.add(new Change("allmulti", (all, link) -> all.setAllMulticast(link, on))));
    txQueueLength.ifPresent(
        to -> changes.add(new Change("txQLen", (all, link) -> all.setTxQueueLength(link, to))));
    return changes;
  }

  /** Says of each setting that is present how the link differs from it. */
  void compare(Link link, Findings findings) {
    String of = " of link \"%s\"".formatted(link.name());
    LinkTuning now = asOf(link);
    findings.same("MAC" + of, now.mac(), mac);
    findings.same("promiscuous mode" + of, now.promisc(), promisc);
    findings.same("MTU" + of, now.mtu(), mtu);
    findings.same("all-multicast mode" + of, now.allmulti(), allmulti);
    findings.same("transmit queue length" + of, now.txQueueLength(), txQueueLength);
  }

  /** Keys as in the config and as in the reference plugin's backup files. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    mac.ifPresent(value -> json.put("mac", value.toString()));
    promisc.ifPresent(value -> json.put("promisc", value));
    mtu.ifPresent(value -> json.put("mtu", value));
    allmulti.ifPresent(value -> json.put("allmulti", value));
    txQueueLength.ifPresent(value -> json.put("txQLen", value));
    return json;
  }

  /** Reads what {@link #json()} wrote; throws {@link IllegalArgumentException} for a bad MAC. */
  static LinkTuning of(JsonNode json) {
    return new LinkTuning(
        Optional.of(json.path("mac").asText("")).filter(t -> !t.isEmpty()).map(MacAddress::parse),
        flag(json.path("promisc")),
        number(json.path("mtu")).filter(mtu -> mtu > 0),
        flag(json.path("allmulti")),
        number(json.path("txQLen")));
  }

  private static Optional<Boolean> flag(JsonNode value) {
    return value.isBoolean() ? Optional.of(value.booleanValue()) : Optional.empty();
  }

  private static Optional<Integer> number(JsonNode value) {
    return value.canConvertToInt() && value.isIntegralNumber()
        ? Optional.of(value.intValue())
        : Optional.empty();
  }
}
