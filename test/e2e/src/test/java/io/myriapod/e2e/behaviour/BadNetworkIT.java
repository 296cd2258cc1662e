package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Annotations and networks that cannot be served are refused by name, and nothing has changed. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class BadNetworkIT {
  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    stage.node().run("ip link add down0 type veth peer name down1");
    stage.node().run("ip link add port0 type veth peer name port1");
    stage.node().run("ip link add br-other type bridge");
    stage.node().run("ip link set port0 master br-other && ip link set port0 up");
    stage.define("sound", requested("sound", "10.20.0.0/24").toString());
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static ObjectNode requested(String name, String subnet) {
    ObjectNode config = Stage.macvlan(name, "parent0", Stage.hostLocal(subnet));
    config.putObject("capabilities").put("ips", true).put("mac", true);
    return config;
  }

  private static void assertRefusedFor(String annotation, int code, String... named) {
    TestPod pod = stage.podWith(annotation);
    stage.assertUntouched(pod, () -> assertRefused(pod.call().attempt("ADD"), code, named));
  }

  /** Annotation → what the error names, one after another. */
  private static void assertEachRefused(Map<String, String> named, int code, String... always) {
    TestPod pod = stage.pod();
    stage.assertUntouched(
        pod,
        () ->
            named.forEach(
                (annotation, what) -> {
                  stage.announce(pod.name(), Map.of("k8s.v1.cni.cncf.io/networks", annotation));
                  Result result = pod.call().attempt("ADD");
                  assertRefused(result, code, always);
                  assertRefused(result, code, what);
                }));
  }

  /** Configuration of a network → what the error names, one after another. */
  private static void assertEachNetworkRefused(
      String network, Map<String, String> named, int code, String... always) {
    TestPod pod = stage.podWith("sound," + network);
    stage.assertUntouched(
        pod,
        () ->
            named.forEach(
                (config, what) -> {
                  stage.define(network, config);
                  Result result = pod.call().attempt("ADD");
                  assertRefused(result, code, always);
                  assertRefused(result, code, what);
                }));
  }

  @Test
  void add_annotationMalformed_isRefused() {
    assertEachRefused(
        Map.ofEntries(
            Map.entry("[{\"name\":\"sound\"}", "not JSON"),
            Map.entry("[sound]", "not JSON"),
            Map.entry("{\"name\":\"sound\"}", "lone object"),
            Map.entry("\"sound\"", "lone string"),
            Map.entry("[\"sound\"]", "element 1"),
            Map.entry("[{}]", "name"),
            Map.entry("[{\"name\":\"../sound\"}]", "../sound"),
            Map.entry("[{\"name\":\"sound\",\"interface\":\"a/b\"}]", "interface"),
            Map.entry("[{\"name\":\"sound\",\"interface\":\"0123456789abcdef\"}]", "interface"),
            Map.entry("[{\"name\":\"sound\",\"mac\":\"nonsense\"}]", "nonsense"),
            Map.entry("[{\"name\":\"sound\",\"ips\":[\"10.20.0\"]}]", "10.20.0"),
            Map.entry("a/b/c", "a/b/c"),
            Map.entry("sound@", "sound@"),
            Map.entry("so und", "so und"),
            Map.entry("sound@0123456789abcdef", "0123456789abcdef"),
            Map.entry("sound,,sound", "element 2")),
        7,
        "k8s.v1.cni.cncf.io/networks");
  }

  @Test
  void add_annotationOfThousandElements_isRefused() {
    String shortForm =
        IntStream.range(0, 1000).mapToObj(i -> "sound").collect(Collectors.joining(","));
    assertRefusedFor(shortForm, 7, "1000 elements", "128");
    String json =
        IntStream.range(0, 1000)
            .mapToObj(i -> "{\"name\":\"sound\"}")
            .collect(Collectors.joining(",", "[", "]"));
    assertRefusedFor(json, 7, "1000 elements", "128");
  }

  /** As large as a manifest may be: 3 MiB. Kubernetes allows 256 KiB for all annotations. */
  @Test
  void add_annotationOfThreeMegabytes_isRefused() {
    assertRefusedFor("sound," + "x".repeat(3 << 20), 7, "262144");
  }

  /** No manifest of this size is read at all: the pod is not known, so it does not start. */
  @Test
  void add_annotationOfTenMegabytes_isRefused() {
    assertRefusedFor("sound," + "x".repeat(10 << 20), 110, "shop/pod-");
  }

  @Test
  void add_networkUnknown_isRefused() {
    assertRefusedFor("absent", 111, "shop/absent");
    assertRefusedFor("sound,elsewhere/sound", 111, "elsewhere/sound");
  }

  @Test
  void add_networkConfigBad_isRefused() {
    assertEachNetworkRefused(
        "spoiled",
        Map.ofEntries(Map.entry("{", "spoiled"), Map.entry("[]", "spoiled")),
        6,
        "shop/spoiled");
    assertEachNetworkRefused(
        "spoiled",
        Map.ofEntries(
            Map.entry("{\"cniVersion\":\"1.0.0\"}", "type"),
            Map.entry("{\"cniVersion\":\"1.0.0\",\"type\":\"a/b\"}", "a/b"),
            Map.entry("{\"cniVersion\":\"1.0.0\",\"plugins\":[]}", "plugin"),
            Map.entry("{\"cniVersion\":\"1.0.0\",\"name\":\"../x\",\"type\":\"macvlan\"}", "../x"),
            Map.entry("{\"cniVersion\":\"1.0.0\",\"type\":\"myriapod\"}", "call itself")),
        7,
        "shop/spoiled");
    assertEachNetworkRefused(
        "spoiled",
        Map.ofEntries(Map.entry("{\"cniVersion\":\"9.0.0\",\"type\":\"macvlan\"}", "9.0.0")),
        1,
        "shop/spoiled");
  }

  @ParameterizedTest
  @CsvSource({
    "mode,sideways,bridge",
    "mtu,70000,65535",
    "mtu,-1,0",
    "mac,01:00:5e:00:00:01,unicast",
    "master,a/b,master",
    "dad,maybe,optimistic",
  })
  void add_keyOutOfBounds_isRefusedNamingWhatIsAllowed(String key, String value, String allowed) {
    ObjectNode config = requested("keyed", "10.29.0.0/24");
    if (value.matches("-?[0-9]+")) {
      config.put(key, Integer.parseInt(value));
    } else {
      config.put(key, value);
    }
    stage.define("keyed", config.toString());

    assertRefusedFor("sound,keyed", 7, "\"" + key + "\"", value, allowed);
  }

  @Test
  void add_addressNotOfTheNetwork_isRefused() {
    String asked = "[{\"name\":\"sound\",\"ips\":[\"%s\"]}]";
    assertEachRefused(
        Map.of(
            asked.formatted("10.99.0.5/24"), "10.99.0.5 not in range",
            asked.formatted("10.20.0.1/24"), "10.20.0.1 is subnet's gateway",
            asked.formatted("fd00::5/64"), "fd00::5 is IPv6"),
        7,
        "shop/sound");
  }

  @Test
  void add_addressTaken_isRefusedNamingTheHolder() {
    String asked = "[{\"name\":\"sound\",\"ips\":[\"10.20.0.9/24\"]}]";
    TestPod holder = stage.podWith(asked);
    holder.add();
    TestPod second = stage.podWith(asked);

    stage.assertUndone(
        second,
        () ->
            assertRefused(
                second.call().attempt("ADD"), 102, "10.20.0.9", "box-" + holder.name(), "sound"));

    holder.delete();
    second.add();
    second.delete();
  }

  @Test
  void add_poolExhausted_saysWhichHowManyAndWhoHoldsTheOldest() {
    String ipam =
        "{\"type\":\"host-local\",\"ranges\":[[{\"subnet\":\"10.28.0.0/24\","
            + "\"rangeStart\":\"10.28.0.10\",\"rangeEnd\":\"10.28.0.12\"}]]}";
    stage.define("small", Stage.macvlan("small", "parent0", ipam).toString());
    TestPod oldest = stage.podWith("small");
    oldest.add();
    TestPod others = stage.podWith("small,small");
    others.add();
    TestPod late = stage.podWith("small");

    stage.assertUndone(
        late,
        () ->
            assertRefused(
                late.call().attempt("ADD"),
                101,
                "\"small\"",
                "10.28.0.10-10.28.0.12",
                "all 3",
                "box-" + oldest.name()));

    oldest.delete();
    late.add();
    late.delete();
    others.delete();
  }

  @ParameterizedTest
  @CsvSource({
    "absent0,100,is not in the node",
    "down0,108,is down",
    "port0,108,br-other",
  })
  void add_parentUnusable_isRefused(String parent, int code, String named) {
    stage.define(
        "orphan", Stage.macvlan("orphan", parent, Stage.hostLocal("10.27.0.0/24")).toString());

    assertRefusedFor("sound,orphan", code, parent, named);
  }

  @Test
  void add_noDefaultRouteForParent_isRefused() {
    ObjectNode config = Stage.macvlan("routed", "", Stage.hostLocal("10.26.0.0/24"));
    config.remove("master");
    stage.define("routed", config.toString());

    assertRefusedFor("routed", 100, "default route");
  }

  @Test
  void add_mtuAboveTheParents_isRefused() {
    stage.define("wide", requested("wide", "10.25.0.0/24").put("mtu", 9000).toString());

    assertRefusedFor("sound,wide", 7, "\"mtu\"", "9000", "1500", "parent0");
  }

  @Test
  void add_ipamBad_isRefused() {
    Map<String, String> named = new LinkedHashMap<>();
    for (String ipam :
        List.of(
            "{\"type\":\"host-local\"}",
            "{\"type\":\"host-local\",\"subnet\":\"10.31.0.0\"}",
            "{\"type\":\"host-local\",\"subnet\":\"10.31.0.5/24\"}",
            "{\"type\":\"host-local\",\"subnet\":\"10.31.0.0/31\"}",
            "{\"type\":\"host-local\",\"subnet\":\"10.31.0.0/24\",\"rangeStart\":\"10.32.0.1\"}",
            "{\"type\":\"static\"}",
            "{\"type\":\"static\",\"addresses\":[{\"address\":\"10.31.0.5\"}]}")) {
      named.put(Stage.macvlan("addressless", "parent0", ipam).toString(), "ipam");
    }

    assertEachNetworkRefused("addressless", named, 7, "shop/addressless");
  }

  @Test
  void add_keyOnlyNewerPluginsKnow_isRefusedByName() {
    ObjectNode config =
        Stage.object("{\"cniVersion\":\"1.0.0\",\"type\":\"bridge\",\"macspoofchk\":true}");
    stage.define("guarded", config.put("name", "guarded").toString());

    assertRefusedFor("sound,guarded", 7, "macspoofchk", "bridge");
  }
}
