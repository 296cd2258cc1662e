package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Section 4 of the specification of the Network Plumbing Working Group, version 1.3: what pods ask
 * of networks. {@link NpwgItems} lists the items.
 */
class NpwgSelectionTest extends OnScene {
  @BeforeEach
  void open() {
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network("shop", "a", "{'cniVersion':'1.1.0','name':'of-shop','type':'other'}");
    scene.network(
        "apps",
        "able",
        "{'cniVersion':'1.1.0','type':'other','capabilities':{'ips':true,'mac':true,"
            + "'portMappings':true,'bandwidth':true,'infinibandGUID':true}}");
  }

  private void assertRefused(String networks, String part) {
    scene.asksFor(networks);
    CniException refused = scene.refusal();
    assertEquals(ErrorCode.INVALID_CONFIG, refused.code(), refused.getMessage());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
    assertEquals(List.of(), scene.actsOf("add"), "nothing of the pod is attached");
  }

  private String runtimeConfig(String key) {
    return scene.plugins.get("other").lastRuntimeConfig(key).orElseThrow().toString();
  }

  private void addWith(String member) {
    scene.asksFor("[{'name':'able'," + member + "}]");
    scene.add();
  }

  @Test
  void item05_bothFormatsOfTheAnnotation_meanTheSame() {
    scene.asksFor("a,shop/a@lan0");
    scene.add();
    List<String> ofTheShortForm = List.copyOf(scene.actsOf("add"));
    scene.delete();
    scene.acts.clear();

    scene.asksFor("[{'name':'a'},{'name':'a','namespace':'shop','interface':'lan0'}]");
    scene.add();

    assertEquals(List.of("add main eth0", "add other net1", "add other lan0"), ofTheShortForm);
    assertEquals(ofTheShortForm, scene.actsOf("add"));
  }

  @Test
  void item06_nameWithoutNamespace_isOfThePodsOwn() {
    scene.asksFor(" a , shop/a ");

    scene.add();

    assertEquals(List.of("kube-system/cluster", "apps/a", "shop/a"), scene.publishedNames());
  }

  @Test
  void item07_keysWithAPeriod_areLeftToOtherImplementations() {
    scene.set("strict", "true");
    scene.asksFor("[{'name':'a','org.foo.bar.key':1}]");
    scene.add();
    scene.delete();

    scene.asksFor("[{'name':'a','key':1}]");

    assertEquals(ErrorCode.UNSUPPORTED_FIELD, scene.refusal().code(), "reserved, not ignored");
  }

  /**
   * To the letter the annotation would be ignored, and the pod be started without its networks;
   * here nothing of the annotation is done either, but the pod waits until it is corrected.
   */
  @ParameterizedTest
  @ValueSource(strings = {"[]", "['10.2.0']", "['10.2.0.5','x']", "'10.2.0.5'", "['10.2.0.5/33']"})
  void item08_invalidIps_wholeAnnotationIsInvalid(String ips) {
    assertRefused("[{'name':'a'},{'name':'able','ips':" + ips + "}]", "element 2: \"ips\"");
  }

  @Test
  void item09_ips_reachThePluginsOfEveryNetworkInRuntimeConfig() {
    addWith("'ips':['10.2.0.5','fd00::5/64']");
    assertEquals("[\"10.2.0.5\",\"fd00::5/64\"]", runtimeConfig("ips"));
    scene.delete();

    scene.network(
        "kube-system",
        "first",
        "{'cniVersion':'1.1.0','type':'other','capabilities':{'ips':true}}");
    scene.pod(
        Map.of(
            "v1.multus-cni.io/default-network", "[{\"name\":\"first\",\"ips\":[\"10.1.0.9\"]}]"));
    scene.add();

    assertEquals("[\"10.1.0.9\"]", runtimeConfig("ips"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'ips':['10.2.0.9']|ips",
        "'mac':'02:00:00:00:00:09'|mac",
        "'portMappings':[{'hostPort':1,'containerPort':1}]|portMappings",
        "'bandwidth':{'egressRate':1}|bandwidth",
        "'infiniband-guid':'c2:11:22:33:44:55:66:77'|infiniband-guid",
      })
  void item10_noPluginHasTheCapability_attachmentFails(String member, String key) {
    assertRefused(
        "[{'name':'a'," + member + "}]",
        "network \"apps/a\": the annotation sets \"%s\", and no plugin of it (other)"
            .formatted(key));
    assertEquals(List.of(), scene.acts);

    addWith(member);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "02:00:00:00:00:00:00:09",
        "02:00",
        "x",
        "01:00:5e:00:00:01",
        "00:00:00:00:00:00",
        "80:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22"
      })
  void item11_macThatIsNoneOfSixBytes_isRefused(String mac) {
    assertRefused("[{'name':'able','mac':'" + mac + "'}]", "element 1: \"mac\"");

    addWith("'mac':'02:23:45:67:89:01'");
    assertEquals("\"02:23:45:67:89:01\"", runtimeConfig("mac"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@sixteen_letters_",
        "a@a b",
        "a@..",
        "[{'name':'a','interface':'a/b'}]",
        "[{'name':'a','interface':'sixteen_letters_'}]",
        "[{'name':'a','interface':'.'}]"
      })
  void item12_invalidInterface_isRefused(String networks) {
    assertRefused(networks, "element 1");
  }

  @Test
  void item12_interface_isThePluginsAndFailsIfItIsTaken() {
    scene.asksFor("[{'name':'a','interface':'lan0'}]");
    scene.add();
    assertEquals(
        "lan0", scene.plugins.get("other").requests.get(0).interfaceName().value(), "CNI_IFNAME");
    scene.delete();
    scene.acts.clear();

    assertRefused("a@lan0,able@lan0", "interface \"lan0\" is wanted twice");
    scene.podLinks.names.add("lan0");
    scene.asksFor("a@lan0");
    assertEquals(ErrorCode.INTERFACE_EXISTS, scene.refusal().code());
  }

  @Test
  void item13_cniArgs_goBeforeThoseOfTheDefinition() {
    scene.network(
        "apps",
        "a",
        "{'cniVersion':'1.1.0','type':'other','args':{'cni':{'x':'theirs','y':'kept'}}}");
    scene.asksFor("[{'name':'a','cni-args':{'x':'ours'}}]");

    scene.add();

    assertEquals(
        "{\"cni\":{\"y\":\"kept\",\"x\":\"ours\"}}",
        scene.plugins.get("other").requests.get(0).config().json().get("args").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'hostPort':0,'containerPort':1",
        "'hostPort':1,'containerPort':65536",
        "'hostPort':1",
        "'hostPort':1,'containerPort':1,'protocol':'ICMP'"
      })
  void item14_invalidPortMapping_isRefused(String mapping) {
    assertRefused("[{'name':'able','portMappings':[{" + mapping + "}]}]", "element 1: ");
  }

  @Test
  void item14_portMappingWithoutProtocol_isTcp() {
    addWith("'portMappings':[{'hostPort':65535,'containerPort':1}]");

    assertEquals(
        "[{\"hostPort\":65535,\"containerPort\":1,\"protocol\":\"TCP\"}]",
        runtimeConfig("portMappings"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'ingressRate':0",
        "'egressRate':0",
        "'ingressBurst':8",
        "'egressRate':8,'ingressBurst':8",
        "'ingressRate':8,'ingressBurst':0"
      })
  void item15_invalidBandwidth_isRefused(String limits) {
    assertRefused("[{'name':'able','bandwidth':{" + limits + "}}]", "element 1: ");

    addWith("'bandwidth':{'ingressRate':8,'ingressBurst':9}");
    assertEquals("{\"ingressRate\":8,\"ingressBurst\":9}", runtimeConfig("bandwidth"));
  }

  @Test
  void item16_defaultRouteOnTwoElements_isRefused() {
    assertRefused(
        "[{'name':'a','default-route':['10.2.0.1']},{'name':'able','default-route':['fd02::1']}]",
        "\"default-route\" stands on apps/a and apps/able");
  }

  @Test
  void item17_defaultRouteWithoutGateway_isThePluginsOwn() {
    scene.network(
        "apps",
        "a",
        "{'cniVersion':'1.1.0','type':'other','ips':['10.3.0.5/24'],'defaultRoute':['10.3.0.1']}");
    scene.asksFor("[{'name':'a','default-route':[]}]");

    scene.add();

    assertEquals(List.of("default net1 via 10.3.0.1 prio -"), scene.podLinks.acts);
  }

  @Test
  void item17_severalGateways_areOrderedByMetric() {
    scene.asksFor("[{'name':'a','default-route':['10.2.0.2','10.2.0.1']}]");

    scene.add();

    assertEquals(
        List.of("default net1 via 10.2.0.2 prio 100", "default net1 via 10.2.0.1 prio 101"),
        scene.podLinks.acts);
  }

  /** What the kernel has of it is looked at in NpwgIT of the end-to-end tests. */
  @Test
  void item18_defaultRouteElsewhere_isClearedFromTheDefaultNetwork() {
    scene.asksFor("[{'name':'a','default-route':['10.2.0.1']}]");

    var result = scene.add();

    assertEquals(0, result.routes().stream().filter(Route::isDefault).count());
    assertEquals(List.of(), scene.published().get(0).gateways());
    assertEquals(
        List.of("10.2.0.1"),
        scene.published().get(1).gateways().stream().map(it -> it.getHostAddress()).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c2:11:22:33:44:55",
        "c2:11:22:33:44:55:66:7",
        "c2:11:22:33:44:55:66:77:88",
        "x",
        "80:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22"
      })
  void item19_guidThatIsNoneOfEightBytes_isRefused(String guid) {
    assertRefused("[{'name':'able','infiniband-guid':'" + guid + "'}]", "\"infiniband-guid\"");

    addWith("'infiniband-guid':'c2:11:22:33:44:55:66:77'");
    assertEquals("\"c2:11:22:33:44:55:66:77\"", runtimeConfig("infinibandGUID"));
  }

  /** A plugin that honours the claim looks for it in the pod, which it is told of. */
  @Test
  void item20_ipamClaim_isTheDelegatesAndNotBesideIps() {
    assertRefused(
        "[{'name':'able','ipam-claim-reference':'c','ips':['10.2.0.5']}]",
        "\"ipam-claim-reference\" stands beside \"ips\"");

    scene.set("strict", "true");
    addWith("'ipam-claim-reference':'claim-1'");

    var args = scene.plugins.get("other").requests.get(0).args();
    assertEquals(Optional.of("web-0"), args.get("K8S_POD_NAME"));
    assertFalse(scene.plugins.get("other").lastRuntimeConfig("ips").isPresent());
  }
}
