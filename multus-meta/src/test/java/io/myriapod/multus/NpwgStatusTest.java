package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.kubernetes.status.NetworkStatus;
import io.myriapod.kubernetes.status.NetworkStatusJson;
import io.myriapod.kubernetes.status.StatusDns;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Sections 4.2 and 5 of the specification of the Network Plumbing Working Group, version 1.3: the
 * {@code network-status} of a pod. {@link NpwgItems} lists the items.
 */
class NpwgStatusTest extends OnScene {
  @BeforeEach
  void open() {
    scene.executable("told");
    scene.network("apps", "a", "{'cniVersion':'1.0.0','type':'told'}");
    scene.network("apps", "b", "{'cniVersion':'1.1.0','type':'other','ips':['10.2.0.5/24']}");
    scene.asksFor("a");
  }

  private JsonNode status(int network) {
    return NetworkStatusJson.encode(scene.published()).get(network);
  }

  /** The status of a network whose plugin answers so. */
  private JsonNode statusOf(String answer) {
    scene.executableAnswers.put("told", answer);
    scene.add();
    return status(1);
  }

  @Test
  void item21_sameNetworkTwice_isTwoAttachmentsWithTheSameTupleAtDel() {
    scene.asksFor("a,a@lan0");

    scene.add();
    scene.delete();

    assertEquals(
        List.of("exec ADD told net1", "exec ADD told lan0"),
        scene.actsOf("exec").stream().map(act -> act.replaceAll(" \\{.*", "")).toList());
    assertEquals(
        List.of("DEL lan0", "DEL net1"),
        scene.actsOf("DEL").stream().map(act -> act.replaceAll(" \\{.*", "")).toList());
    assertEquals(2, scene.actsOf("DEL").stream().filter(act -> act.contains("\"a\"")).count());
  }

  @Test
  void item21_sameNetworkTwice_isTwoElementsOfStatus() {
    scene.asksFor("b,b");

    scene.add();

    assertEquals(
        List.of("apps/b net1", "apps/b net2"),
        scene.published().stream()
            .skip(1)
            .map(each -> each.name() + " " + each.interfaceName().orElseThrow())
            .toList());
  }

  @Test
  void item22_status_isAListUnderItsAnnotation() {
    scene.add();

    assertEquals("k8s.v1.cni.cncf.io/network-status", NetworkStatus.ANNOTATION);
    assertTrue(NetworkStatusJson.encode(scene.published()).isArray());
    assertEquals("apps/a", status(1).get("name").asText());
  }

  @Test
  void item23_severalInterfacesInThePod_theFirstCounts() {
    JsonNode status =
        statusOf(
            "{'cniVersion':'1.0.0','interfaces':[{'name':'h'},{'name':'x','sandbox':'/n'},"
                + "{'name':'y','sandbox':'/n'}]}");

    assertEquals("x", status.get("interface").asText());
    assertEquals(2, scene.published().size());
  }

  @Test
  void item23_noResult_hasTheLeast() {
    assertEquals("{\"name\":\"apps/a\",\"default\":false,\"dns\":{}}", statusOf("null").toString());
  }

  @Test
  void item24_defaultNetwork_hasAnElementWhateverItsResult() {
    scene.network("kube-system", "cluster", "{'cniVersion':'1.0.0','name':'c','type':'told'}");
    for (String answer :
        List.of(
            "null",
            "{'cniVersion':'1.0.0'}",
            "{'cniVersion':'1.0.0','interfaces':[{'name':'h'}]}")) {
      scene.executableAnswers.put("told", answer);
      scene.add();

      assertEquals("kube-system/cluster", status(0).get("name").asText());
      assertTrue(status(0).get("default").asBoolean());
      scene.delete();
    }
  }

  @Test
  void item25_default_isThereWhetherTrueOrFalse() {
    scene.add();

    assertEquals("true", status(0).get("default").toString());
    assertEquals("false", status(1).get("default").toString());
  }

  @Test
  void item26_addresses_areThoseOfThePodsInterface() {
    JsonNode status =
        statusOf(
            "{'cniVersion':'1.0.0','interfaces':[{'name':'h'},{'name':'x','sandbox':'/n'}],"
                + "'ips':[{'address':'10.9.0.1/24','interface':0},"
                + "{'address':'10.9.0.2/24','interface':1},{'address':'fd00::2/64','interface':1}]}");

    assertEquals("[\"10.9.0.2\",\"fd00::2\"]", status.get("ips").toString());
  }

  @Test
  void item26_noInterfaceInThePod_addressesAreThoseOnNoInterface() {
    JsonNode status =
        statusOf(
            "{'cniVersion':'1.0.0','interfaces':[{'name':'cali1'}],"
                + "'ips':[{'address':'10.9.0.1/24','interface':0},{'address':'10.9.0.2/32'}]}");

    assertEquals("[\"10.9.0.2\"]", status.get("ips").toString());
  }

  @Test
  void item27_mac_isNeverWithoutInterface() {
    JsonNode status =
        statusOf("{'cniVersion':'1.0.0','interfaces':[{'name':'h','mac':'02:00:00:00:00:07'}]}");
    assertFalse(status.has("mac"), status.toString());

    assertThrows(
        IllegalArgumentException.class,
        () ->
            new NetworkStatus(
                "a",
                Optional.empty(),
                List.of(),
                Optional.of("02:00:00:00:00:07"),
                Optional.empty(),
                false,
                StatusDns.NONE,
                List.of(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void item28_gateways_areCalledDefaultRoute() {
    scene.network(
        "apps",
        "b",
        "{'cniVersion':'1.1.0','type':'other','ips':['10.3.0.5/24'],'defaultRoute':['10.3.0.1']}");
    scene.asksFor("[{'name':'b','default-route':['10.3.0.9']}]");

    scene.add();

    assertEquals("[\"10.3.0.9\"]", status(1).get("default-route").toString());
    assertFalse(status(0).has("default-route"), status(0).toString());
  }

  @Test
  void item29_deviceAndGuid_areTold() {
    scene.network(
        "apps",
        "a",
        "{'cniVersion':'1.1.0','type':'other','capabilities':{'infinibandGUID':true}}",
        "intel.com/vf");
    scene.kubeletGaveThePod("intel.com/vf", Set.of("0000:01:10.0"), "0000:01:10.0");
    scene.asksFor("[{'name':'a','infiniband-guid':'c2:11:22:33:44:55:66:77'}]");

    scene.add();

    JsonNode device = status(1).get("device-info");
    assertEquals("pci", device.get("type").asText());
    assertEquals("1.1.0", device.get("version").asText());
    assertEquals("0000:01:10.0", device.get("pci").get("pci-address").asText());
    assertEquals("c2:11:22:33:44:55:66:77", status(1).get("infiniband-guid").asText());
  }
}
