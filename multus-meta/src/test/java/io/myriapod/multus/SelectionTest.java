package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pod, which networks, under which names. */
class SelectionTest extends OnScene {
  private static final String DEFAULT_NETWORK = "v1.multus-cni.io/default-network";

  @BeforeEach
  void open() {
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network("apps", "b", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network("default", "shared", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network("secret", "s", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network("kube-system", "fast", "{'cniVersion':'1.1.0','type':'other'}");
  }

  @Test
  void pod_unknown_isRefused() {
    scene.cluster.pods.clear();

    assertRefused(ErrorCode.POD_NOT_FOUND, "look up pod \"apps/web-0\"");
  }

  @Test
  void pod_otherUid_isRefusedUnlessStatic() {
    scene.cniArgs = scene.cniArgs.replace("=u1", "=u2");
    assertRefused(ErrorCode.POD_NOT_FOUND, "its uid is u1, the runtime's is u2");

    scene.cluster.pods.put(
        "apps/web-0",
        new Pod("apps", "web-0", Optional.of("u1"), Map.of("kubernetes.io/config.source", "file")));
    scene.add();
  }

  @Test
  void pod_clusterCannotBeAsked_isToBeTriedAgain() {
    scene.cluster.canBeAsked = false;

    assertRefused(ErrorCode.TRY_AGAIN_LATER, "ask the cluster: refused");
  }

  @Test
  void pod_halfNamed_isRefused() {
    scene.cniArgs = "K8S_POD_NAMESPACE=apps";

    assertRefused(ErrorCode.BAD_ENVIRONMENT, "CNI_ARGS has no K8S_POD_NAME");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "A b"})
  void pod_nameThatIsNone_isRefused(String name) {
    scene.cniArgs = "K8S_POD_NAMESPACE=apps;K8S_POD_NAME=" + name;

    assertRefused(ErrorCode.BAD_ENVIRONMENT, "pod name");
  }

  @Test
  void annotation_invalid_isRefusedNamingIt() {
    scene.asksFor("{'name':'a'}");

    assertRefused(
        ErrorCode.INVALID_CONFIG, "read annotation k8s.v1.cni.cncf.io/networks: text is a lone");
    Event told = scene.cluster.events.get(0);
    assertEquals("FailedAttachment", told.reason());
    assertTrue(told.message().contains("text is a lone"), told.message());
  }

  @Test
  void network_unknown_isRefusedWithAnEvent() {
    scene.asksFor("a,nowhere");

    assertRefused(
        ErrorCode.NETWORK_NOT_FOUND, "NetworkAttachmentDefinition \"apps/nowhere\": there is none");
    assertEquals("NoNetworkFound", scene.cluster.events.get(0).reason());
    assertEquals(List.of(), scene.acts);
  }

  @Test
  void isolation_off_allowsEveryNamespace() {
    scene.asksFor("secret/s");

    scene.add();
  }

  @Test
  void isolation_on_allowsOwnAndGlobalNamespacesOnly() {
    scene.set("namespaceIsolation", "true");
    scene.asksFor("a,default/shared");
    scene.add();
    scene.delete();

    scene.asksFor("a,secret/s");
    assertRefused(ErrorCode.NETWORK_FORBIDDEN, "network \"secret/s\" is forbidden");

    scene.set("globalNamespaces", "'secret, kube-system'");
    scene.add();
    scene.delete();
    scene.asksFor("default/shared");
    assertRefused(ErrorCode.NETWORK_FORBIDDEN, "\"default/shared\"");
  }

  @Test
  void isolation_on_doesNotTellWhetherAForbiddenNetworkExists() {
    scene.set("namespaceIsolation", "true");
    scene.asksFor("secret/nowhere");

    assertEquals(ErrorCode.NETWORK_FORBIDDEN, scene.refusal().code());
  }

  @Test
  void defaultNetwork_annotation_replacesTheFirst() {
    scene.pod(Map.of(DEFAULT_NETWORK, "fast"));

    scene.add();

    assertEquals(List.of("add other eth0"), scene.actsOf("add"));
    assertEquals("kube-system/fast", scene.published().get(0).name());
    assertTrue(scene.published().get(0).isDefault());
  }

  @Test
  void defaultNetwork_annotationUnderIsolation_isNoWayAround() {
    scene.set("namespaceIsolation", "true");
    scene.pod(Map.of(DEFAULT_NETWORK, "secret/s"));
    assertEquals(ErrorCode.NETWORK_FORBIDDEN, scene.refusal().code());

    scene.set("compat", "'multus'");
    assertEquals(ErrorCode.NETWORK_FORBIDDEN, scene.refusal().code());

    scene.set("globalNamespaces", "'secret'");
    scene.add();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fast,fast", "[]"})
  void defaultNetwork_notExactlyOne_isRefused(String text) {
    scene.pod(Map.of(DEFAULT_NETWORK, text));

    assertRefused(ErrorCode.INVALID_CONFIG, "want exactly one");
  }

  @Test
  void naming_explicitAndAutomatic_followThePlaceInTheList() {
    scene.asksFor("a@lan0,b,a");

    scene.add();

    assertEquals(
        List.of("add main eth0", "add other lan0", "add other net2", "add other net3"),
        scene.actsOf("add"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a@net2,b", "a,b@net1", "a@x,b@x", "a@eth0"})
  void naming_twoOfOneName_isRefusedBeforeAnyAct(String networks) {
    scene.asksFor(networks);

    assertRefused(ErrorCode.INVALID_CONFIG, "is wanted twice: by network ");
    assertEquals(List.of(), scene.acts);
  }

  @Test
  void naming_collision_saysWhoWantsItAndWhy() {
    scene.asksFor("a@net2,b");

    assertEquals(
        "interface \"net2\" is wanted twice: by network \"apps/a\" (by its annotation) and by"
            + " network \"apps/b\" (by its place in the list)",
        scene.refusal().getMessage());
  }

  @Test
  void naming_explicitNameOnItsOwnPlace_isFine() {
    scene.asksFor("a@net1,b");

    scene.add();

    assertEquals(List.of("add main eth0", "add other net1", "add other net2"), scene.actsOf("add"));
  }

  @Test
  void sameNetworkTwice_isTwoAttachments() {
    scene.asksFor("a,a");

    scene.add();

    assertEquals(List.of("kube-system/cluster", "apps/a", "apps/a"), scene.publishedNames());
  }

  @Test
  void networks_tooMuchConfigurationInAll_areRefused() {
    String long50 = "'note':'" + "x".repeat(50_000) + "'";
    scene.network("apps", "long", "{'cniVersion':'1.1.0','type':'other'," + long50 + "}");
    scene.asksFor("long,long,long");
    scene.add();
    scene.asksFor("long,long,long,long,long,long");
    assertRefused(ErrorCode.INVALID_CONFIG, "want at most 262144 in all");

    String many = "'list':[" + "[],".repeat(20_000) + "0]";
    scene.network("apps", "many", "{'cniVersion':'1.1.0','type':'other'," + many + "}");
    scene.asksFor("many");
    assertRefused(ErrorCode.INVALID_CONFIG, "values: want at most 16384 in all");
  }

  @Test
  void networks_cniArgsForManyPlugins_areRefused() {
    String plugins = "{'type':'other'},".repeat(63) + "{'type':'other'}";
    scene.network("apps", "long", "{'cniVersion':'1.1.0','plugins':[" + plugins + "]}");
    scene.asksFor("[{'name':'long','cni-args':{'x':'" + "y".repeat(5_000) + "'}}]");

    assertRefused(ErrorCode.INVALID_CONFIG, "the cni-args of this pod have 320512 characters");
  }

  private void assertRefused(int code, String part) {
    CniException refused = scene.refusal();
    assertEquals(code, refused.code(), refused.getMessage());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }
}
