package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of Multus' configuration that name networks and places. */
class NodeNetworksTest extends OnScene {
  @BeforeEach
  void open() {
    scene.network("kube-system", "extra", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other'}");
  }

  @Test
  void clusterNetwork_definitionInMultusNamespace_comesFirst() {
    scene.file(
        "etc/cni/multus/net.d/x.conf", "{'cniVersion':'1.1.0','name':'cluster','type':'other'}");

    scene.add();

    assertEquals(List.of("add main eth0"), scene.actsOf("add"));
  }

  @Test
  void clusterNetwork_nameInConfDir_prefersAListToASinglePlugin() {
    scene.set("clusterNetwork", "'bynet'");
    scene.file(
        "etc/cni/multus/net.d/00.conf", "{'cniVersion':'1.1.0','name':'bynet','type':'other'}");
    scene.file(
        "etc/cni/multus/net.d/50.conflist",
        "{'cniVersion':'1.1.0','name':'bynet','plugins':[{'type':'main'}]}");
    scene.file("etc/cni/multus/net.d/10.conf", "{broken");

    scene.add();

    assertEquals(List.of("add main eth0"), scene.actsOf("add"));
    assertEquals("bynet", scene.published().get(0).name());
  }

  @Test
  void clusterNetwork_otherConfDir_isUsed() {
    scene.set("clusterNetwork", "'bynet'");
    scene.set("confDir", "'/opt/networks'");
    scene.file("opt/networks/00.conf", "{'cniVersion':'1.1.0','name':'bynet','type':'other'}");

    scene.add();

    assertEquals(List.of("add other eth0"), scene.actsOf("add"));
  }

  @Test
  void clusterNetwork_directory_takesTheFirstFile() {
    scene.set("clusterNetwork", "'/etc/nets'");
    scene.file("etc/nets/20.conf", "{'cniVersion':'1.1.0','name':'second','type':'main'}");
    scene.file("etc/nets/10.conf", "{'cniVersion':'1.1.0','name':'first','type':'other'}");

    scene.add();

    assertEquals("first", scene.published().get(0).name());
  }

  @Test
  void clusterNetwork_conflistFile_takesTheSubdirectoryToo() {
    scene.set("clusterNetwork", "'/etc/nets/10.conflist'");
    scene.file(
        "etc/nets/10.conflist",
        "{'cniVersion':'1.1.0','name':'chain','plugins':[{'type':'main'}]}");
    scene.file("etc/nets/chain/50.conf", "{'type':'chained'}");

    scene.add();

    assertEquals(List.of("add main eth0", "add chained eth0"), scene.actsOf("add"));
    assertTrue(
        scene.journal.all().get(0).text("config").orElseThrow().contains("\"chained\""),
        "the plugins of the subdirectory are recorded");
  }

  @Test
  void clusterNetwork_nowhere_isRefused() {
    scene.set("clusterNetwork", "'nowhere'");

    var refused = scene.refusal();

    assertEquals(ErrorCode.NETWORK_NOT_FOUND, refused.code());
    assertEquals("find \"clusterNetwork\" \"nowhere\": there is none", refused.getMessage());
  }

  @Test
  void clusterNetwork_pathOfMultusContainer_isRefusedWithAHint() {
    scene.set("clusterNetwork", "'/host/run/multus/cni/net.d/10-flannel.conflist'");

    var refused = scene.refusal();

    assertEquals(ErrorCode.NETWORK_NOT_FOUND, refused.code());
    assertTrue(refused.details().contains("which has no /host"), refused.details());
  }

  @Test
  void multusNamespace_set_isWhereNamesAreLookedFor() {
    scene.set("multusNamespace", "'nets'");
    scene.network("nets", "cluster", "{'cniVersion':'1.1.0','type':'other'}");

    scene.add();

    assertEquals("nets/cluster", scene.published().get(0).name());
  }

  @Test
  void defaultNetworks_comeBetweenDefaultAndAsked() {
    scene.set("defaultNetworks", "['extra']");
    scene.asksFor("a");

    scene.add();

    assertEquals(
        List.of("kube-system/cluster", "kube-system/extra", "apps/a"), scene.publishedNames());
    assertEquals("net2", scene.published().get(2).interfaceName().orElseThrow());
  }

  @Test
  void defaultNetworks_systemPod_getsNone() {
    scene.set("defaultNetworks", "['extra']");
    scene.set("systemNamespaces", "['apps','kube-system']");

    scene.add();

    assertEquals(1, scene.published().size());
  }

  @Test
  void delegates_withoutClusterNetwork_areAttachedInOrder() {
    scene.conf.remove("clusterNetwork");
    scene.set(
        "delegates",
        "[{'cniVersion':'1.1.0','name':'d0','type':'main'},"
            + "{'cniVersion':'1.1.0','name':'d1','plugins':[{'type':'other'},{'type':'chained'}]}]");
    scene.asksFor("a");

    scene.add();

    assertEquals(
        List.of("add main eth0", "add other net1", "add chained net1", "add other net2"),
        scene.actsOf("add"));
    assertEquals("d0", scene.published().get(0).name());
  }

  @Test
  void nothingConfigured_isRefused() {
    scene.conf.remove("clusterNetwork");

    assertEquals(ErrorCode.INVALID_CONFIG, scene.refusal().code());
  }

  @Test
  void auxiliaryChain_filesBesideTheClusterNetwork_runLast() {
    scene.plugins.put("passthru", scene.plugins.get("chained"));
    scene.set("clusterNetwork", "'/etc/nets/10.conf'");
    scene.set("auxiliaryCNIChainName", "'vendor'");
    scene.file("etc/nets/10.conf", "{'cniVersion':'1.1.0','name':'n','type':'main'}");
    scene.asksFor("a");
    scene.add();
    assertEquals(2, scene.actsOf("add").size());
    scene.delete();

    scene.file("etc/nets/vendor/50.conf", "{'type':'other'}");
    scene.acts.clear();
    scene.add();

    assertEquals(
        List.of("add main eth0", "add other net1", "add chained net2", "add other net2"),
        scene.actsOf("add"));
  }

  @Test
  void definition_withoutConfig_isLookedForInConfDir() {
    scene.cluster.networks.put(
        "apps/onfile",
        new NetworkAttachmentDefinition("apps", "onfile", Optional.empty(), Optional.empty()));
    scene.asksFor("onfile");
    assertEquals(ErrorCode.NETWORK_NOT_FOUND, scene.refusal().code());

    scene.file(
        "etc/cni/multus/net.d/f.conf", "{'cniVersion':'1.1.0','name':'onfile','type':'other'}");
    scene.add();
    assertEquals("apps/onfile", scene.published().get(1).name());
  }

  @Test
  void definition_withoutName_getsItsOwn() {
    scene.asksFor("a");

    scene.add();

    assertEquals("a", scene.plugins.get("other").requests.get(0).config().name());
  }

  @Test
  void definition_brokenJson_namesTheDefinition() {
    scene.network("apps", "a", "{broken");
    scene.asksFor("a");

    var refused = scene.refusal();

    assertEquals(ErrorCode.DECODE, refused.code());
    assertTrue(refused.getMessage().startsWith("network \"apps/a\": "), refused.getMessage());
  }

  @Test
  void acceptedKeys_ofMultus_areNoFindings() {
    scene.set("strict", "true");
    scene.set("kubeconfig", "'/x'");
    scene.set("logOptions", "{'maxAge':5}");
    scene.set("cniDir", "'/var/lib/cni/multus'");
    scene.set("capabilities", "{'portMappings':true}");

    scene.add();
  }

  @Test
  void refusedKey_ofMultus_failsTheAddBeforeAnyAct() {
    scene.set("forceCNIVersion", "true");

    assertEquals(ErrorCode.UNSUPPORTED_FIELD, scene.refusal().code());
    assertEquals(List.of(), scene.acts);
  }

  @Test
  void defaultNetworks_namedByFileAndPath_areFoundAsTheClusterNetworkIs() {
    scene.set("defaultNetworks", "['byname','/etc/nets/chain.conflist']");
    scene.file(
        "etc/cni/multus/net.d/10.conf", "{'cniVersion':'1.1.0','name':'byname','type':'other'}");
    scene.file(
        "etc/nets/chain.conflist",
        "{'cniVersion':'1.1.0','name':'chain','plugins':[{'type':'other'}]}");
    scene.file("etc/nets/chain/50.conf", "{'type':'chained'}");

    scene.add();

    assertEquals(
        List.of("add main eth0", "add other net1", "add other net2", "add chained net2"),
        scene.actsOf("add"));
  }

  @Test
  void subdirectory_notWanted_isLeftOut() {
    scene.set("clusterNetwork", "'/etc/nets/10.conflist'");
    scene.file(
        "etc/nets/10.conflist",
        "{'cniVersion':'1.1.0','name':'chain','loadOnlyInlinedPlugins':true,"
            + "'plugins':[{'type':'main'}]}");
    scene.file("etc/nets/chain/50.conf", "{'type':'chained'}");

    scene.add();

    assertEquals(List.of("add main eth0"), scene.actsOf("add"));
  }

  @Test
  void auxiliaryChain_badName_isRefused() {
    scene.set("clusterNetwork", "'/etc/nets/10.conf'");
    scene.set("auxiliaryCNIChainName", "'../vendor'");
    scene.file("etc/nets/10.conf", "{'cniVersion':'1.1.0','name':'n','type':'main'}");

    assertEquals(ErrorCode.INVALID_CONFIG, scene.refusal().code());
    assertEquals(List.of(), scene.acts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "compat|'both'",
        "confDir|'relative'",
        "namespaceIsolation|'yes'",
        "globalNamespaces|'A B'",
        "multusNamespace|'x/y'",
        "delegates|{}",
        "delegates|[5]",
        "defaultNetworks|'extra'",
        "systemNamespaces|[5]",
      })
  void badKey_isRefusedNamingIt(String key, String value) {
    scene.set(key, value);

    var refused = scene.refusal();

    assertTrue(
        refused.code() == ErrorCode.INVALID_CONFIG || refused.code() == ErrorCode.DECODE,
        refused.getMessage());
    assertEquals(List.of(), scene.acts);
  }

  @Test
  void systemPod_kubeSystem_getsNoDefaultNetworks() {
    scene.set("defaultNetworks", "['extra']");
    scene.cluster.pods.put(
        "kube-system/dns-0", new Pod("kube-system", "dns-0", Optional.of("u1"), Map.of()));
    scene.cniArgs = scene.cniArgs.replace("=apps", "=kube-system").replace("web-0", "dns-0");

    scene.add();

    assertEquals(List.of("add main eth0"), scene.actsOf("add"));
  }
}
