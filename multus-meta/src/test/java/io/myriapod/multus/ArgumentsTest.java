package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What plugins are told of the annotation and of the runtime's wishes. */
class ArgumentsTest extends OnScene {
  private static final String PORTS = "{'portMappings':[{'hostPort':80,'containerPort':8080}]}";

  @BeforeEach
  void open() {
    scene.network(
        "apps",
        "able",
        "{'cniVersion':'1.1.0','plugins':[{'type':'other','capabilities':{'ips':true,'mac':true}},"
            + "{'type':'chained','capabilities':{'portMappings':true,'bandwidth':true,"
            + "'infinibandGUID':true,'deviceID':false}}]}");
    scene.network("apps", "plain", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network(
        "kube-system",
        "cluster",
        "{'cniVersion':'1.1.0','plugins':[{'type':'main','capabilities':{'ips':true}},"
            + "{'type':'chained','capabilities':{'portMappings':true}}]}");
  }

  @Test
  void capabilities_annotation_reachesTheCapablePluginsOnly() {
    scene.asksFor(
        "[{'name':'able','ips':['10.2.0.9/24'],'mac':'02:00:00:00:00:09',"
            + "'bandwidth':{'ingressRate':8},'deviceID':'0000:01:00.1'}]");

    scene.add();

    FakePlugin other = scene.plugins.get("other");
    assertEquals("[\"10.2.0.9/24\"]", other.lastRuntimeConfig("ips").orElseThrow().toString());
    assertEquals("02:00:00:00:00:09", other.lastRuntimeConfig("mac").orElseThrow().asText());
    assertEquals(Optional.empty(), other.lastRuntimeConfig("bandwidth"));
    FakePlugin chained = scene.plugins.get("chained");
    assertEquals(Optional.empty(), chained.lastRuntimeConfig("ips"));
    assertEquals(
        "{\"ingressRate\":8}", chained.lastRuntimeConfig("bandwidth").orElseThrow().toString());
    assertEquals(Optional.empty(), chained.lastRuntimeConfig("deviceID"));
    assertEquals(Optional.empty(), chained.requests.get(0).config().root().value("capabilities"));
  }

  @Test
  void capabilities_compatMultus_goByCniArgsInstead() {
    scene.set("compat", "'multus'");
    scene.asksFor("[{'name':'plain','ips':['10.2.0.9','fd00::9'],'mac':'02:00:00:00:00:09'}]");

    scene.add();

    var args = scene.plugins.get("other").requests.get(0).args();
    assertEquals(Optional.of("10.2.0.9,fd00::9"), args.get("IP"));
    assertEquals(Optional.of("02:00:00:00:00:09"), args.get("MAC"));
  }

  @Test
  void cniArgs_specification_areTheRuntimesUnchanged() {
    scene.asksFor("[{'name':'able','ips':['10.2.0.9/24']}]");

    scene.add();

    assertEquals(scene.cniArgs, scene.plugins.get("other").requests.get(0).args().encode());
  }

  @Test
  void cniArgs_runtimeAsksForAnAddress_goesToTheDefaultNetworkOnly() {
    scene.cniArgs += ";IP=10.1.0.77;MAC=02:00:00:00:00:77;EXTRA=kept";
    scene.asksFor("plain");

    scene.add();

    assertEquals(
        Optional.of("10.1.0.77"), scene.plugins.get("main").requests.get(0).args().get("IP"));
    var secondary = scene.plugins.get("other").requests.get(0).args();
    assertEquals(Optional.empty(), secondary.get("IP"));
    assertEquals(Optional.empty(), secondary.get("MAC"));
    assertEquals(Optional.of("kept"), secondary.get("EXTRA"));
  }

  @Test
  void runtimeConfig_ofTheRuntime_goesToTheDefaultNetworkOnly() {
    scene.set("runtimeConfig", PORTS);
    scene.asksFor("able");

    scene.add();

    var requests = scene.plugins.get("chained").requests;
    assertEquals("eth0", requests.get(0).interfaceName().value());
    assertTrue(requests.get(0).config().runtimeConfig().has("portMappings"));
    assertEquals("net1", requests.get(1).interfaceName().value());
    assertTrue(!requests.get(1).config().root().has("runtimeConfig"));
  }

  @Test
  void runtimeConfig_compatMultus_stillNotToSecondaries() {
    scene.set("compat", "'multus'");
    scene.set("runtimeConfig", PORTS);
    scene.asksFor("able");

    scene.add();

    var secondary = scene.plugins.get("chained").requests.get(1);
    assertTrue(!secondary.config().root().has("runtimeConfig"));
  }

  @Test
  void runtimeConfig_defaultNetworkAnnotation_overridesTheRuntimes() {
    scene.set("runtimeConfig", "{'ips':['10.1.0.1']}");
    scene.pod(
        Map.of(
            "v1.multus-cni.io/default-network",
            "[{\"name\":\"cluster\",\"ips\":[\"10.1.0.99/24\"]}]"));

    scene.add();

    assertEquals(
        "[\"10.1.0.99/24\"]",
        scene.plugins.get("main").lastRuntimeConfig("ips").orElseThrow().toString());
  }

  @Test
  void annotationCniArgs_overrideThoseOfTheNetworkInEveryPlugin() {
    scene.network(
        "apps",
        "with-args",
        "{'cniVersion':'1.1.0','plugins':[{'type':'other','args':{'cni':{'x':1,'y':1},'z':0}},"
            + "{'type':'chained'}]}");
    scene.asksFor("[{'name':'with-args','cni-args':{'x':2,'n':{'deep':true}}}]");

    scene.add();

    assertEquals(
        "{\"z\":0,\"cni\":{\"y\":1,\"x\":2,\"n\":{\"deep\":true}}}",
        scene.plugins.get("other").requests.get(0).config().json().get("args").toString());
    assertEquals(
        "{\"cni\":{\"x\":2,\"n\":{\"deep\":true}}}",
        scene.plugins.get("chained").requests.get(1).config().json().get("args").toString());
  }

  @Test
  void findings_unknownKeys_areEventsAndErrorsWhenStrict() {
    scene.set("unheardOf", "1");
    scene.asksFor("[{'name':'plain','vlan':5}]");
    scene.add();
    assertEquals(
        List.of(
            "network \"node\": key \"unheardOf\" has no effect",
            "annotation k8s.v1.cni.cncf.io/networks: element 1: key \"vlan\" has no effect"),
        scene.cluster.events.stream()
            .filter(event -> event.reason().equals("NoEffect"))
            .map(event -> event.message())
            .toList());
    scene.delete();

    scene.set("strict", "true");

    assertEquals(ErrorCode.UNSUPPORTED_FIELD, scene.refusal().code());
  }
}
