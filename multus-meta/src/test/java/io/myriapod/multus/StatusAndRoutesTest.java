package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Route;
import io.myriapod.kubernetes.status.NetworkStatusJson;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** network-status, and the default route that it tells of. */
class StatusAndRoutesTest extends OnScene {
  @BeforeEach
  void open() {
    scene.network(
        "kube-system",
        "cluster",
        "{'cniVersion':'1.1.0','name':'cbr0','type':'main','ips':['10.1.0.5/24','fd01::5/64'],"
            + "'defaultRoute':['10.1.0.1','fd01::1']}");
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other','ips':['10.2.0.5/24']}");
    scene.network(
        "apps",
        "own",
        "{'cniVersion':'1.1.0','type':'other','ips':['10.3.0.5/24'],'defaultRoute':['10.3.0.1']}");
  }

  @Test
  void status_twoNetworks_isExact() {
    scene.network(
        "apps",
        "a",
        "{'cniVersion':'1.1.0','type':'other','ips':['10.2.0.5/24'],"
            + "'dns':{'nameservers':['10.0.0.10']}}");
    scene.asksFor("a@lan0");

    scene.add();

    assertEquals(
        ("[{'name':'kube-system/cluster','interface':'eth0','ips':['10.1.0.5','fd01::5'],"
                + "'mac':'02:00:00:00:00:02','mtu':1400,'default':true,'dns':{},"
                + "'gateway':['10.1.0.1','fd01::1'],'default-route':['10.1.0.1','fd01::1']},"
                + "{'name':'apps/a','interface':'lan0','ips':['10.2.0.5'],"
                + "'mac':'02:00:00:00:00:02','mtu':1400,'default':false,"
                + "'dns':{'nameservers':['10.0.0.10']}}]")
            .replace('\'', '"'),
        NetworkStatusJson.encode(scene.published()).toString());
  }

  @Test
  void status_pluginWithoutResult_hasTheLeast() {
    scene.executable("silent");
    scene.executableAnswers.put("silent", "null");
    scene.network("apps", "quiet", "{'cniVersion':'1.0.0','type':'silent'}");
    scene.asksFor("quiet");

    scene.add();

    assertEquals(
        "{\"name\":\"apps/quiet\",\"default\":false,\"dns\":{}}",
        NetworkStatusJson.encode(scene.published()).get(1).toString());
  }

  @Test
  void status_oldResultWithoutInterfaces_isOnTheOneAskedFor() {
    scene.executable("old");
    scene.executableAnswers.put("old", "{'cniVersion':'0.2.0','ip4':{'ip':'10.9.0.5/24'}}");
    scene.network("apps", "legacy", "{'cniVersion':'0.2.0','type':'old'}");
    scene.asksFor("legacy");

    scene.add();

    assertEquals(
        "{\"name\":\"apps/legacy\",\"interface\":\"net1\",\"ips\":[\"10.9.0.5\"],"
            + "\"default\":false,\"dns\":{}}",
        NetworkStatusJson.encode(scene.published()).get(1).toString());
  }

  @Test
  void status_resultWithoutInterfaces_claimsNoInterfaceAndNoRoute() {
    scene.executable("dpdk");
    scene.executableAnswers.put(
        "dpdk",
        "{'cniVersion':'1.0.0','ips':[{'address':'10.9.0.5/24','gateway':'10.9.0.1'}],"
            + "'routes':[{'dst':'0.0.0.0/0'}]}");
    scene.network("apps", "fast", "{'cniVersion':'1.0.0','type':'dpdk'}");
    scene.asksFor("fast");

    scene.add();

    assertEquals(
        "{\"name\":\"apps/fast\",\"ips\":[\"10.9.0.5\"],\"default\":false,\"dns\":{}}",
        NetworkStatusJson.encode(scene.published()).get(1).toString());
    scene.check();
  }

  @Test
  void status_interfacesOfTheNodeOnly_hasAddressesOfNoInterface() {
    scene.executable("switch");
    scene.executableAnswers.put(
        "switch",
        "{'cniVersion':'1.0.0','interfaces':[{'name':'h'}],"
            + "'ips':[{'address':'10.9.0.1/24','interface':0},{'address':'10.9.0.5/24'}],"
            + "'routes':[{'dst':'0.0.0.0/0','gw':'10.9.0.1'}]}");
    scene.network("apps", "fast", "{'cniVersion':'1.0.0','type':'switch'}");
    scene.asksFor("fast");

    scene.add();

    assertEquals(
        "{\"name\":\"apps/fast\",\"ips\":[\"10.9.0.5\"],\"default\":false,\"dns\":{},"
            + "\"gateway\":[\"10.9.0.1\"],\"default-route\":[\"10.9.0.1\"]}",
        NetworkStatusJson.encode(scene.published()).get(1).toString());
  }

  @Test
  void status_severalSandboxInterfaces_firstOnlyUnlessCompatMultus() {
    scene.executable("twins");
    scene.executableAnswers.put(
        "twins",
        "{'cniVersion':'1.0.0','interfaces':[{'name':'h'},{'name':'x','sandbox':'/n'},"
            + "{'name':'y','sandbox':'/n'}],'ips':[{'address':'10.9.0.1/24','interface':1},"
            + "{'address':'10.9.0.2/24','interface':2},{'address':'10.9.0.3/24','interface':0}]}");
    scene.network("apps", "pair", "{'cniVersion':'1.0.0','type':'twins'}");
    scene.asksFor("pair");
    scene.add();
    assertEquals(2, scene.published().size());
    assertEquals(
        "[\"10.9.0.1\"]", NetworkStatusJson.encode(scene.published()).get(1).get("ips").toString());
    scene.delete();

    scene.set("compat", "'multus'");
    scene.add();

    assertEquals(3, scene.published().size());
    assertEquals(
        "[\"10.9.0.2\"]", NetworkStatusJson.encode(scene.published()).get(2).get("ips").toString());
  }

  @Test
  void defaultRoute_gatewayAsked_movesThatFamilyOnly() {
    scene.asksFor("[{'name':'a','default-route':['10.2.0.1']}]");

    var result = scene.add();

    assertEquals(List.of("default net1 via 10.2.0.1 prio -"), scene.podLinks.acts);
    assertEquals(
        List.of("::/0"), result.routes().stream().map(r -> r.destination().toString()).toList());
    var json = NetworkStatusJson.encode(scene.published());
    assertEquals("[\"fd01::1\"]", json.get(0).get("gateway").toString());
    assertEquals("[\"10.2.0.1\"]", json.get(1).get("default-route").toString());
    assertEquals("true", json.get(0).get("default").toString());
  }

  @Test
  void defaultRoute_severalGateways_getRisingMetrics() {
    scene.asksFor("[{'name':'a','default-route':['10.2.0.2','10.2.0.1','fd02::1']}]");

    scene.add();

    assertEquals(
        List.of(
            "default net1 via 10.2.0.2 prio 100",
            "default net1 via 10.2.0.1 prio 101",
            "default net1 via fd02:0:0:0:0:0:0:1 prio -"),
        scene.podLinks.acts);
  }

  @Test
  void defaultRoute_emptyList_takesThePluginsOwn() {
    scene.asksFor("[{'name':'own','default-route':[]}]");

    var result = scene.add();

    assertEquals(List.of("default net1 via 10.3.0.1 prio -"), scene.podLinks.acts);
    assertEquals(1, result.routes().stream().filter(Route::isDefault).count());
  }

  @Test
  void defaultRoute_emptyListAndNoneOffered_leavesThePodItsOwn() {
    scene.asksFor("[{'name':'a','default-route':[]}]");

    var result = scene.add();

    assertEquals(List.of(), scene.podLinks.acts);
    assertEquals(2, result.routes().size());
  }

  @Test
  void defaultRoute_onTwoNetworks_isRefused() {
    scene.asksFor("[{'name':'a','default-route':['10.2.0.1']},{'name':'own','default-route':[]}]");

    assertEquals(ErrorCode.INVALID_CONFIG, scene.refusal().code());
  }

  @Test
  void defaultRoute_kernelRefuses_undoesAll() {
    scene.podLinks.refuses = true;
    scene.asksFor("[{'name':'a','default-route':['10.2.0.1']}]");

    var refused = scene.refusal();

    assertEquals(
        "attach network \"apps/a\" as \"net1\": add route: ENETUNREACH", refused.getMessage());
    assertEquals(List.of("undo other net1", "undo main eth0"), scene.actsOf("undo"));
    assertEquals(List.of(), scene.published());
  }

  @Test
  void check_afterMove_comparesWithThePatchedResult() {
    scene.asksFor("[{'name':'a','default-route':['10.2.0.1']}]");
    scene.add();

    scene.check();

    var main = scene.plugins.get("main").requests.get(1).prevResult().orElseThrow();
    assertEquals(1, main.routes().size());
    scene.podLinks.defaults.clear();
    var different = assertThrows(CniException.class, scene::check);
    assertEquals(ErrorCode.CHECK_FAILED, different.code());
  }
}
