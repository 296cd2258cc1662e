package io.myriapod.sriov;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.linux.link.VfLinkState;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.link.VfState;
import io.myriapod.linux.link.VfVlan;
import io.myriapod.types.MacAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a card is told of one of its virtual functions, or says of it. Empty is what nobody asked
 * for, or what its driver has no value for.
 */
record CardSettings(
    Optional<VfVlan> vlan,
    Optional<MacAddress> mac,
    Optional<VfRate> rate,
    Optional<Boolean> spoofCheck,
    Optional<Boolean> trust,
    Optional<VfLinkState> linkState) {

  static CardSettings of(VfState state) {
    return new CardSettings(
        state.vlan(),
        state.mac(),
        state.rate(),
        state.spoofCheck(),
        state.trust(),
        state.linkState());
  }

  boolean isEmpty() {
    return vlan.isEmpty()
        && mac.isEmpty()
        && rate.isEmpty()
        && spoofCheck.isEmpty()
        && trust.isEmpty()
        && linkState.isEmpty();
  }

  /** These as far as the others say anything: what is to be put back once the others were set. */
  CardSettings where(CardSettings others) {
    return new CardSettings(
        vlan.filter(any -> others.vlan.isPresent()),
        mac.filter(any -> others.mac.isPresent()),
        rate.filter(any -> others.rate.isPresent()),
        spoofCheck.filter(any -> others.spoofCheck.isPresent()),
        trust.filter(any -> others.trust.isPresent()),
        linkState.filter(any -> others.linkState.isPresent()));
  }

  /** These without what the others say just so. */
  CardSettings without(CardSettings others) {
    return new CardSettings(
        vlan.filter(one -> !others.vlan.equals(vlan)),
        mac.filter(one -> !others.mac.equals(mac)),
        rate.filter(one -> !others.rate.equals(rate)),
        spoofCheck.filter(one -> !others.spoofCheck.equals(spoofCheck)),
        trust.filter(one -> !others.trust.equals(trust)),
        linkState.filter(one -> !others.linkState.equals(linkState)));
  }

  CardSettings macAlone() {
    return new CardSettings(
        Optional.empty(),
        mac,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  CardSettings withMac(Optional<MacAddress> other) {
    return new CardSettings(vlan, other, rate, spoofCheck, trust, linkState);
  }

  /** Which of them there are, in words. */
  String keys() {
    return Arrays.stream(Setting.values())
        .filter(setting -> setting.in(this).isPresent())
        .map(Setting::toString)
        .collect(Collectors.joining(", "));
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    vlan.ifPresent(
        one ->
            json.put("vlan", one.id()).put("vlanQoS", one.qos()).put("vlanProto", one.protocol()));
    mac.ifPresent(one -> json.put("mac", one.toString()));
    rate.ifPresent(one -> json.put("minTxRate", one.min()).put("maxTxRate", one.max()));
    spoofCheck.ifPresent(on -> json.put("spoofChk", on));
    trust.ifPresent(on -> json.put("trust", on));
    linkState.ifPresent(state -> json.put("linkState", state.name()));
    return json;
  }

  static CardSettings from(JsonNode json) {
    return new CardSettings(
        has(json, "vlan")
            .map(
                id ->
                    new VfVlan(
                        id.asInt(), json.path("vlanQoS").asInt(), json.path("vlanProto").asInt())),
        has(json, "mac").map(mac -> MacAddress.parse(mac.asText())),
        has(json, "maxTxRate").map(max -> new VfRate(json.path("minTxRate").asInt(), max.asInt())),
        has(json, "spoofChk").map(JsonNode::asBoolean),
        has(json, "trust").map(JsonNode::asBoolean),
        has(json, "linkState").map(state -> VfLinkState.valueOf(state.asText())));
  }

  private static Optional<JsonNode> has(JsonNode json, String key) {
    return Optional.ofNullable(json.get(key));
  }
}
