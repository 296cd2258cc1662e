package io.myriapod.base.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.pluginlab.ReferenceCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same configuration by us and by the reference plugin, one after the other in one pod. */
@InNamespaces(kinds = {"bridge", "veth"})
class BridgeReferenceIT {
  private static final ReferencePlugins REFERENCE = ReferencePlugins.NEW;
  private static final List<String> SHOWN =
      List.of(
          "/linkinfo/info_kind",
          "/linkinfo/info_slave_data/hairpin",
          "/linkinfo/info_slave_data/state",
          "/linkinfo/info_data/vlan_filtering",
          "/linkinfo/info_data/stp_state",
          "/mtu",
          "/flags",
          "/master");
  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'bridge':'br7'",
        "'hairpinMode':true,'mtu':1400",
        "'promiscMode':true,'args':{'cni':{'mac':'02:00:00:00:00:2a'}}",
        "'ipam':{'type':'host-local','dataDir':'@','subnet':'10.1.2.0/24'}",
        "'isGateway':true,'ipam':{'type':'host-local','dataDir':'@','subnet':'10.1.2.0/24',"
            + "'routes':[{'dst':'0.0.0.0/0'}]}",
        "'isDefaultGateway':true,'runtimeConfig':{'mac':'02:00:00:00:00:2b'},"
            + "'ipam':{'type':'host-local','dataDir':'@','ranges':[[{'subnet':'10.1.2.0/24'}],"
            + "[{'subnet':'fd00:1::/64','gateway':'fd00:1::9'}]]}",
        "'isGateway':true,'dns':{'nameservers':['10.0.0.53']},"
            + "'ipam':{'type':'static','addresses':[{'address':'10.1.2.7/24'}]}",
      })
  void add_sameConfig_sameResultAndKernelState(String keys, Netns node, Netns pod) {
    Optional<String> missing = REFERENCE.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    try (BridgeLab lab = new BridgeLab(node, pod, temp)) {
      CniResult result = lab.add(keys.replace("@", temp + "/ours"));
      Map<String, String> ours = picture(node, pod, ResultCodec.encode(result, CniVersion.V1_1_0));
      lab.deleteByJournal();
      reset(node, result.interfaces().get(0).name());

      PluginRequest again = lab.request("eth0", keys.replace("@", temp + "/theirs"));
      JsonNode told = ReferenceCall.run(REFERENCE.folder(), "ADD", again, node);
      Map<String, String> theirs = picture(node, pod, told);
      ReferenceCall.run(REFERENCE.folder(), "DEL", again, node);

      assertEquals(theirs, ours);
    }
  }

  private static void reset(Netns node, String bridge) {
    node.run("ip link del " + bridge);
    node.sysctl("net/ipv4/ip_forward", "0");
    node.sysctl("net/ipv6/conf/all/forwarding", "0");
    assertEquals(1, node.ip("link show").size());
  }

  /** Everything that should be the same; addresses and names of chance are masked. */
  private static Map<String, String> picture(Netns node, Netns pod, JsonNode result) {
    Map<String, String> picture = new TreeMap<>();
    ObjectNode told = result.deepCopy();
    String bridge = told.at("/interfaces/0/name").asText();
    String hostEnd = told.at("/interfaces/1/name").asText();
    JsonNode podEnd = pod.link("eth0");
    assertEquals(podEnd.get("address"), told.at("/interfaces/2/mac"));
    assertEquals(node.link(bridge).get("address"), told.at("/interfaces/0/mac"));
    for (JsonNode one : told.path("interfaces")) {
      ((ObjectNode) one).remove("mtu");
      ((ObjectNode) one).put("mac", ReferenceCall.masked(one.path("mac").asText()));
    }
    picture.put("result", ReferenceCall.sorted(told).toString().replace(hostEnd, "veth*"));
    show(picture, "bridge", node.link(bridge));
    show(picture, "host end", node.link(hostEnd));
    show(picture, "pod end", podEnd);
    picture.put("bridge addresses", global(node, bridge));
    picture.put("pod addresses", global(pod, "eth0"));
    picture.put("routes 4", pod.run("ip route show").out());
    picture.put("routes 6", pod.run("ip -6 route show").out());
    for (String key : List.of("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding")) {
      picture.put(key, node.sysctl(key));
    }
    picture.put("accept_ra", node.sysctl("net/ipv6/conf/" + bridge + "/accept_ra"));
    picture.put("arp_notify", pod.sysctl("net/ipv4/conf/eth0/arp_notify"));
    return picture;
  }

  private static void show(Map<String, String> picture, String name, JsonNode link) {
    SHOWN.forEach(path -> picture.put(name + path, link.at(path).toString()));
    picture.put(name + " mac", ReferenceCall.masked(link.get("address").asText()));
  }

  private static String global(Netns namespace, String link) {
    return namespace.addresses(link).stream()
        .filter(one -> !one.startsWith("fe80"))
        .toList()
        .toString();
  }
}
