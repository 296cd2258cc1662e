package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.node.Product;
import io.myriapod.types.IpAddresses;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@code "compat": "multus"} brings back, and what holds without it: a test for each id of
 * docs/migration.md.
 */
class CompatTest extends OnScene {
  private static final Pattern ID =
      Pattern.compile("(?m)^\\| `([a-z]+(?:-[a-z]+)*)` \\| .+ \\| .+ \\|$");

  @BeforeEach
  void open() {
    scene.executable("told");
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network("apps", "b", "{'cniVersion':'1.1.0','type':'chained'}");
    scene.network(
        "apps", "able", "{'cniVersion':'1.1.0','type':'other','capabilities':{'ips':true}}");
    scene.network("apps", "c", "{'cniVersion':'1.0.0','type':'told'}");
  }

  /** As the specification has it. */
  private void assertRefused(String networks) {
    scene.conf.remove("compat");
    scene.asksFor(networks);
    assertEquals(ErrorCode.INVALID_CONFIG, scene.refusal().code());
    assertEquals(List.of(), scene.actsOf("add"));
  }

  private void addAsMultus(String networks) {
    scene.set("compat", "'multus'");
    scene.asksFor(networks);
    scene.add();
  }

  private Optional<String> argument(String key) {
    List<PluginRequest> requests = scene.plugins.get("other").requests;
    return requests.get(requests.size() - 1).args().get(key);
  }

  @Test
  void ids_ofThePage_eachHaveATest() throws IOException {
    String page = Files.readString(Product.top().resolve("docs/migration.md"));
    int begin = page.indexOf("## compat: multus");
    String section = page.substring(begin, page.indexOf("is *not* brought back", begin));
    Set<String> ids =
        ID.matcher(section)
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> tested =
        Stream.of(CompatTest.class.getDeclaredMethods())
            .map(Method::getName)
            .filter(name -> name.endsWith("_compatMultus_asMultus"))
            .map(name -> name.substring(0, name.indexOf('_')))
            .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(ids, tested);
    assertEquals(9, ids.size());
  }

  @Test
  void capabilities_compatMultus_asMultus() {
    String networks = "[{'name':'a','bandwidth':{'ingressRate':8}}]";
    assertRefused(networks);

    addAsMultus(networks);

    assertEquals(Optional.empty(), scene.plugins.get("other").lastRuntimeConfig("bandwidth"));
  }

  @Test
  void cniArgs_compatMultus_asMultus() {
    scene.asksFor("[{'name':'able','ips':['10.2.0.9']}]");
    scene.add();
    assertEquals(Optional.empty(), argument("IP"));
    scene.delete();

    addAsMultus("[{'name':'able','ips':['10.2.0.9','fd00::9'],'mac':'02:00:00:00:00:09'}]");

    assertEquals(Optional.of("10.2.0.9,fd00::9"), argument("IP"));
    assertEquals(Optional.of("02:00:00:00:00:09"), argument("MAC"));
  }

  @Test
  void dottedNames_compatMultus_asMultus() {
    scene.network("apps", "a.b", "{'cniVersion':'1.1.0','type':'other'}");
    assertRefused("[{'name':'a.b'}]");

    addAsMultus("[{'name':'a.b'}]");

    assertEquals("apps/a.b", scene.published().get(1).name());
  }

  @Test
  void emptyIps_compatMultus_asMultus() {
    assertRefused("[{'name':'able','ips':[]}]");

    addAsMultus("[{'name':'able','ips':[]}]");

    assertEquals(Optional.empty(), scene.plugins.get("other").lastRuntimeConfig("ips"));
  }

  @Test
  void claimAndIps_compatMultus_asMultus() {
    String networks = "[{'name':'able','ips':['10.2.0.9'],'ipam-claim-reference':'claim-1'}]";
    assertRefused(networks);

    addAsMultus(networks);

    assertEquals(
        "[\"10.2.0.9\"]",
        scene.plugins.get("other").lastRuntimeConfig("ips").orElseThrow().toString());
  }

  @Test
  void routePerFamily_compatMultus_asMultus() {
    String networks =
        "[{'name':'a','default-route':['10.2.0.1']},{'name':'b','default-route':['fd02::1']}]";
    assertRefused(networks);

    addAsMultus(networks);

    assertEquals(
        List.of("default net1 via 10.2.0.1 prio -", "default net2 via fd02:0:0:0:0:0:0:1 prio -"),
        scene.podLinks.acts);
  }

  @Test
  void routePerFamily_compatMultusOneFamilyTwice_isRefused() {
    scene.set("compat", "'multus'");
    scene.asksFor(
        "[{'name':'a','default-route':['10.2.0.1']},{'name':'b','default-route':['10.3.0.1']}]");

    assertEquals(ErrorCode.INVALID_CONFIG, scene.refusal().code());
  }

  @Test
  void deviceCapability_compatMultus_asMultus() {
    scene.network(
        "apps",
        "south",
        "{'cniVersion':'1.1.0','type':'other','capabilities':{'deviceID':true}}",
        "intel.com/vf");
    scene.kubeletGaveThePod("intel.com/vf", Set.of("vf1", "vf2"), "vf1", "vf2");
    String networks = "[{'name':'south','deviceID':'vf2'}]";
    scene.asksFor(networks);
    scene.add();
    assertEquals(Optional.of("vf2"), lastDevice());
    scene.delete();

    addAsMultus(networks);

    assertEquals(Optional.of("vf1"), lastDevice(), "the kubelet's first");
  }

  private Optional<String> lastDevice() {
    List<PluginRequest> requests = scene.plugins.get("other").requests;
    return requests.get(requests.size() - 1).config().root().string("deviceID");
  }

  @Test
  void statusPerInterface_compatMultus_asMultus() {
    scene.executableAnswers.put(
        "told",
        "{'cniVersion':'1.0.0','interfaces':[{'name':'x','sandbox':'/n'},"
            + "{'name':'y','sandbox':'/n'}]}");
    scene.asksFor("c");
    scene.add();
    assertEquals(List.of("eth0", "x"), interfaces());
    scene.delete();

    addAsMultus("c");

    assertEquals(List.of("eth0", "x", "y"), interfaces());
  }

  private List<String> interfaces() {
    return scene.published().stream().map(it -> it.interfaceName().orElseThrow()).toList();
  }

  @Test
  void everyAddress_compatMultus_asMultus() {
    scene.executableAnswers.put(
        "told",
        "{'cniVersion':'1.0.0','interfaces':[{'name':'h'},{'name':'x','sandbox':'/n'}],"
            + "'ips':[{'address':'10.9.0.1/24','interface':0},"
            + "{'address':'10.9.0.2/24','interface':1}]}");
    scene.asksFor("c");
    scene.add();
    assertEquals(List.of("10.9.0.2"), addresses());
    scene.delete();

    addAsMultus("c");

    assertEquals(List.of("10.9.0.1", "10.9.0.2"), addresses());
  }

  private List<String> addresses() {
    return scene.published().get(1).ips().stream().map(IpAddresses::format).toList();
  }

  /** What the page says is not brought back. */
  @Test
  void rest_compatMultus_staysAsTheSpecificationHasIt() {
    scene.set("compat", "'multus'");
    scene.asksFor("[{'name':'able','mac':'80:00:11:22:33:44:55:66'}]");
    assertEquals(ErrorCode.INVALID_CONFIG, scene.refusal().code());

    scene.set("namespaceIsolation", "true");
    scene.pod(Map.of("v1.multus-cni.io/default-network", "secret/s"));
    assertEquals(ErrorCode.NETWORK_FORBIDDEN, scene.refusal().code());

    scene.cluster.pods.clear();
    assertEquals(ErrorCode.POD_NOT_FOUND, scene.refusal().code());
    assertTrue(scene.actsOf("add").isEmpty());
  }
}
