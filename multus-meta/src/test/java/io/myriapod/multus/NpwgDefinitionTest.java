package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.directory.DirectoryCluster;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Section 3 of the specification of the Network Plumbing Working Group, version 1.3: definitions of
 * networks. {@link NpwgItems} lists the items.
 */
class NpwgDefinitionTest extends OnScene {
  @BeforeEach
  void open() {
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network("shop", "a", "{'cniVersion':'1.1.0','name':'of-shop','type':'other'}");
  }

  @Test
  void item01_definition_isANamespacedObjectOfItsGroupWithOrWithoutConfig() {
    scene.file(
        "cluster/all.yaml",
        """
        {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
         "metadata": {"name": "a", "namespace": "apps"}, "spec": {"config": "{}"}}
        ---
        {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
         "metadata": {"name": "a", "namespace": "shop"}}
        ---
        {"apiVersion": "example.org/v1", "kind": "NetworkAttachmentDefinition",
         "metadata": {"name": "b", "namespace": "apps"}}
        """);
    var cluster = new DirectoryCluster(root.resolve("cluster"), root.resolve("status"));

    assertEquals(Optional.of("{}"), cluster.findNetwork("apps", "a").orElseThrow().config());
    assertEquals(Optional.empty(), cluster.findNetwork("shop", "a").orElseThrow().config());
    assertEquals(Optional.empty(), cluster.findNetwork("apps", "b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.b",
        "A",
        "a_b",
        "-a",
        "n.s/a",
        "[{'name':'a.b'}]",
        "[{'name':'A'}]",
        "[{'name':'a','namespace':'n.s'}]"
      })
  void item02_nameThatIsNoLabel_isRefused(String networks) {
    scene.asksFor(networks);

    CniException refused = scene.refusal();

    assertEquals(ErrorCode.INVALID_CONFIG, refused.code(), refused.getMessage());
    assertTrue(refused.getMessage().contains("want lower case letters"), refused.getMessage());
    assertEquals(List.of(), scene.actsOf("add"), "nothing of the pod is attached");
  }

  @Test
  void item03_configOfADefinition_isItsOwnThenAListThenAFile() {
    scene.cluster.networks.put(
        "apps/disk",
        new NetworkAttachmentDefinition("apps", "disk", Optional.empty(), Optional.empty()));
    scene.asksFor("disk");
    assertEquals(ErrorCode.NETWORK_NOT_FOUND, scene.refusal().code());

    scene.file(
        "etc/cni/multus/net.d/10.conf", "{'cniVersion':'1.1.0','name':'disk','type':'main'}");
    assertEquals("main", typeOfTheSecond());

    scene.file("etc/cni/multus/net.d/05.conf", "{broken");
    scene.file(
        "etc/cni/multus/net.d/90.conflist",
        "{'cniVersion':'1.1.0','name':'disk','plugins':[{'type':'chained'}]}");
    assertEquals("chained", typeOfTheSecond());

    scene.network("apps", "disk", "{'cniVersion':'1.1.0','type':'other'}");
    assertEquals("other", typeOfTheSecond());
  }

  private String typeOfTheSecond() {
    scene.acts.clear();
    scene.add();
    scene.delete();
    return scene.actsOf("add").get(1).split(" ")[1];
  }

  @Test
  void item04_configWithoutName_getsThatOfTheDefinition() {
    scene.asksFor("a,shop/a");

    scene.add();

    assertEquals(
        List.of("a", "of-shop"),
        scene.plugins.get("other").requests.stream().map(it -> it.config().name()).toList());
  }
}
