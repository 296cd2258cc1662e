package io.myriapod.base.bandwidth;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.Netns;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Undo;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.MacAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A bandwidth plugin behind links that the test made by hand. */
final class BandwidthLab extends PluginLab {
  static final String NETWORK = "limited";

  /** 10 KB/s and a bucket of 2 KB: a handful of large packets is too much. */
  static final String INGRESS = "'ingressRate':80000,'ingressBurst':16000";

  static final String EGRESS = "'egressRate':160000,'egressBurst':32000";
  static final String BOTH = INGRESS + "," + EGRESS;

  /** Of container {@code c1} on network {@code limited}, as the reference plugin names it. */
  static final String IFB = "bwpc76f8f096bda";

  final BandwidthPlugin plugin;
  private final Netns node;
  private final Netns pod;

  BandwidthLab(Netns node, Netns pod, Path temp) {
    super(node, pod, temp, NETWORK);
    this.node = node;
    this.pod = pod;
    this.plugin = new BandwidthPlugin(super.node, journal);
    undoWith(plugin.inverseHandlers());
  }

  /** A veth {@code net1} (10.1.2.2) of the pod, whose end {@code host0} (10.1.2.1) is listed. */
  PluginRequest onVeth(String keys) {
    node.run("ip link add host0 mtu 1400 type veth peer name net1 mtu 1400 netns " + pod.name());
    address("host0");
    return request("net1", keys)
        .withPrevResult(
            Optional.of(
                CniResult.of(Interface.onHost("host0", mac(node, "host0"), 1400), inPod())));
  }

  /** A macvlan {@code net1} (10.1.2.2) of the pod; over its parent it reaches 10.1.2.1. */
  PluginRequest onMacvlan(String keys) {
    node.run("ip link add parent0 type veth peer name wire0; ip link set parent0 up");
    node.run(
        "ip link add net1 link parent0 netns %s type macvlan mode bridge".formatted(pod.name()));
    address("wire0");
    return request("net1", keys).withPrevResult(Optional.of(CniResult.of(inPod())));
  }

  private void address(String far) {
    node.run("ip link set %1$s up; ip addr add 10.1.2.1/24 dev %1$s".formatted(far));
    pod.run("ip link set net1 up; ip addr add 10.1.2.2/24 dev net1");
  }

  private Interface inPod() {
    return Interface.inContainer("net1", mac(pod, "net1"), 1400, pod.path().toString());
  }

  private static MacAddress mac(Netns namespace, String link) {
    return MacAddress.parse(namespace.link(link).path("address").asText());
  }

  /** Ends all records of the journal without undoing anything. */
  void forget() {
    InverseHandler nothing = batch -> Map.of();
    new Undo(journal, Map.of(CreatedLink.KIND, nothing, AddedQdisc.KIND, nothing))
        .run(journal.all());
  }

  /** The root discipline of a link, with counters. */
  static JsonNode root(Netns namespace, String link) {
    for (JsonNode one : namespace.run("tc -s -j qdisc show dev " + link).json()) {
      if (one.path("root").asBoolean()) {
        return one;
      }
    }
    throw new AssertionError("link %s has no root discipline".formatted(link));
  }

  /** Where what a link receives is redirected to; empty text if nowhere. */
  static String redirectedTo(Netns namespace, String link) {
    JsonNode filters = namespace.run("tc -j filter show dev %s ingress".formatted(link)).json();
    return filters.path(filters.size() - 1).findPath("to_dev").asText();
  }

  @Override
  protected BandwidthPlugin plugin() {
    return plugin;
  }

  @Override
  protected NetworkConfig configOf(String keys) {
    return config(NETWORK, BandwidthPlugin.TYPE, keys);
  }
}
