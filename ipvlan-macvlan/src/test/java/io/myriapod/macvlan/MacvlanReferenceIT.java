package io.myriapod.macvlan;

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
@InNamespaces(kinds = "macvlan")
class MacvlanReferenceIT {
  private static final ReferencePlugins REFERENCE = ReferencePlugins.NEW;
  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'mode':'bridge'",
        "'mode':'private','mtu':1400",
        "'mode':'vepa','bcqueuelen':3000,'mac':'02:00:00:00:00:2a'",
        "'mode':'passthru'",
        "'runtimeConfig':{'mac':'02:00:00:00:00:2b'},'ipam':{'type':'host-local',"
            + "'dataDir':'@','subnet':'10.1.2.0/24','routes':[{'dst':'10.9.0.0/16'}]}",
        "'ipam':{'type':'host-local','dataDir':'@','ranges':[[{'subnet':'10.1.2.0/24'}],"
            + "[{'subnet':'fd00:1::/64'}]],'routes':[{'dst':'0.0.0.0/0'},{'dst':'::/0'}]}",
        "'dns':{'nameservers':['10.0.0.53'],'search':['a.b']},'ipam':{'type':'static',"
            + "'addresses':[{'address':'10.1.2.7/24','gateway':'10.1.2.1'}]}",
      })
  void add_sameConfig_sameResultAndKernelState(String keys, Netns node, Netns pod) {
    Optional<String> missing = REFERENCE.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    try (MacvlanLab lab = new MacvlanLab(node, pod, temp)) {
      String config = "'master':'parent0'," + keys;
      PluginRequest request = lab.request("net1", config.replace("@", temp + "/ours"));

      CniResult result = lab.add(request);
      Map<String, String> ours = picture(node, pod, ResultCodec.encode(result, CniVersion.V1_1_0));
      lab.deleteByJournal();
      assertEquals(0, pod.ip("link show type macvlan").size());

      PluginRequest again = lab.request("net1", config.replace("@", temp + "/theirs"));
      JsonNode told = ReferenceCall.run(REFERENCE.folder(), "ADD", again, node);
      Map<String, String> theirs = picture(node, pod, told);
      ReferenceCall.run(REFERENCE.folder(), "DEL", again, node);

      assertEquals(theirs, ours);
    }
  }

  /** Everything that should be the same; addresses of chance are masked. */
  private static Map<String, String> picture(Netns node, Netns pod, JsonNode result) {
    Map<String, String> picture = new TreeMap<>();
    JsonNode link = pod.link("net1");
    String mac = link.get("address").asText();
    ObjectNode told = result.deepCopy();
    told.path("interfaces").forEach(one -> ((ObjectNode) one).remove("mtu"));
    picture.put(
        "result", ReferenceCall.sorted(told).toString().replace(mac, ReferenceCall.masked(mac)));
    for (String path :
        List.of(
            "/linkinfo/info_kind",
            "/linkinfo/info_data/mode",
            "/linkinfo/info_data/bcqueuelen",
            "/mtu",
            "/flags",
            "/link_index",
            "/promiscuity")) {
      picture.put(path, link.at(path).toString());
    }
    picture.put("mac", ReferenceCall.masked(mac));
    picture.put("parent", node.link("parent0").at("/promiscuity").toString());
    picture.put(
        "addresses",
        pod.addresses("net1").stream().filter(one -> !one.startsWith("fe80")).toList().toString());
    picture.put("routes 4", pod.run("ip route show").out());
    picture.put(
        "routes 6",
        pod.run("ip -6 route show").out().replaceAll("fe80::[^ ]* ", "").replace(" linkdown", ""));
    picture.put("arp_notify", pod.sysctl("net/ipv4/conf/net1/arp_notify"));
    picture.put("keep", pod.sysctl("net/ipv6/conf/net1/keep_addr_on_down"));
    return picture;
  }
}
