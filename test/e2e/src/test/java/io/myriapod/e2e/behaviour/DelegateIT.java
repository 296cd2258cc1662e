package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecordedCall;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A foreign delegate gets on ADD, CHECK and DEL exactly what CNI SPEC 1.1.0 promises. */
@InNamespaces(kinds = "bridge")
class DelegateIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration FOR_EVER = Duration.ofHours(1);

  /** What must reach the plugin as it stands. */
  private static final String UNKNOWN_KEYS =
      """
      "Vendor":{"deep":[1,{"x":null,"Y":[]}],"empty":{}},"big":123456789012345678901234567890,\
      "exact":1.10,"huge":1E+400,"text":"\\u00e4 \\"quoted\\" / \\\\","no":false"""
          .replace("\\u00e4", "ä");

  private static final String FIRST_RESULT =
      """
      {"cniVersion":"1.0.0","interfaces":[{"name":"net1","mac":"02:00:00:00:00:01","sandbox":"/x"}],
       "ips":[{"address":"10.9.0.5/24","interface":0}],"dns":{}}
      """;

  private static Stage stage;
  private static RecorderPlugin recorder;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    recorder = RecorderPlugin.install(stage.bin(), "recorder");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @BeforeEach
  void untold() {
    recorder.answer("default", Answer.usual());
    for (String verb : List.of("ADD", "CHECK", "DEL")) {
      recorder.answer(verb, Answer.usual());
    }
    recorder.forget();
  }

  private static void defineChain(String name) {
    stage.define(
        name,
        """
        {"cniVersion":"1.0.0","name":"%s","plugins":[
         {"type":"recorder","place":1,"capabilities":{"mac":true,"portMappings":true,"bandwidth":false},%s},
         {"type":"recorder","place":2,"capabilities":{"ips":true}}]}
        """
            .formatted(name, UNKNOWN_KEYS));
  }

  private static TestPod podAskingAll(String network) {
    return stage.podWith(
        """
        [{"name":"%s","mac":"02:00:00:00:00:01","ips":["10.9.0.5/24"],"cni-args":{"own":"1"}}]
        """
            .formatted(network));
  }

  @Test
  void add_chainOfTwo_eachGetsItsKeysByteForByte() {
    defineChain("bytes");
    TestPod pod = podAskingAll("bytes");

    pod.add();

    List<RecordedCall> calls = recorder.calls("ADD");
    assertEquals(2, calls.size());
    assertTrue(calls.get(0).stdin().contains(UNKNOWN_KEYS), () -> calls.get(0).stdin());
    JsonNode first = calls.get(0).config();
    assertEquals("1.0.0", first.path("cniVersion").asText());
    assertEquals("bytes", first.path("name").asText());
    assertEquals(1, first.path("place").asInt());
    assertFalse(first.has("capabilities"), first::toString);
    assertFalse(first.has("prevResult"), first::toString);
    assertFalse(first.has("plugins"), first::toString);
    assertEquals(
        Stage.object("{\"mac\":\"02:00:00:00:00:01\"}"), first.path("runtimeConfig"), "capable");
    assertEquals(Stage.object("{\"cni\":{\"own\":\"1\"}}"), first.path("args"));
    JsonNode second = calls.get(1).config();
    assertEquals(2, second.path("place").asInt());
    assertEquals(
        Stage.object("{\"ips\":[\"10.9.0.5/24\"]}"), second.path("runtimeConfig"), "capable");
    pod.delete();
  }

  @Test
  void add_pluginWithoutCapability_getsNoRuntimeConfig() {
    stage.define("plain", "{\"cniVersion\":\"1.0.0\",\"name\":\"plain\",\"type\":\"recorder\"}");
    TestPod pod = stage.podWith("plain");

    pod.add();

    assertEquals(
        Stage.object("{\"cniVersion\":\"1.0.0\",\"name\":\"plain\",\"type\":\"recorder\"}"),
        recorder.calls("ADD").get(0).config());
    pod.delete();
  }

  @Test
  void addCheckDel_chainOfTwo_passResultsOn() {
    defineChain("results");
    recorder.answer(
        "ADD",
        new Answer(
            Map.of(
                "script",
                "if grep -q '\"place\":1' \"$call/stdin\"; then printf '%s' '"
                    + FIRST_RESULT
                    + "'; else sed -n 's/.*\"prevResult\":\\(.*\\)}$/\\1/p' \"$call/stdin\""
                    + " | sed 's/10.9.0.5/10.9.0.6/'; fi; answer=/nowhere; verb=NONE")));
    TestPod pod = podAskingAll("results");

    Result added = pod.add();
    pod.call().after(added).run("CHECK");
    pod.delete();

    JsonNode first = Stage.object(FIRST_RESULT);
    JsonNode last = Stage.object(FIRST_RESULT.replace("10.9.0.5", "10.9.0.6"));
    assertEquals(first, recorder.calls("ADD").get(1).config().path("prevResult"));
    assertEquals(List.of(1, 2), places("CHECK"));
    assertEquals(List.of(2, 1), places("DEL"), "in reverse");
    for (String verb : List.of("CHECK", "DEL")) {
      for (RecordedCall call : recorder.calls(verb)) {
        assertEquals(last, call.config().path("prevResult"), verb);
      }
    }
  }

  private static List<Integer> places(String verb) {
    return recorder.calls(verb).stream().map(c -> c.config().path("place").asInt()).toList();
  }

  @Test
  void del_definitionAndPodChangedMeanwhile_getsWhatAddGot() {
    defineChain("changed");
    TestPod pod = podAskingAll("changed");
    Result added = pod.add();
    stage.define("changed", "{\"cniVersion\":\"0.3.1\",\"name\":\"changed\",\"type\":\"other\"}");
    stage.announce(pod.name(), Map.of("k8s.v1.cni.cncf.io/networks", "nothing"));

    pod.call().after(added).run("CHECK");
    stage.forget(pod);
    pod.delete();

    for (String verb : List.of("CHECK", "DEL")) {
      for (RecordedCall call : recorder.calls(verb)) {
        RecordedCall add = recorder.calls("ADD").get(call.config().path("place").asInt() - 1);
        assertEquals(withoutResult(add), withoutResult(call), verb);
        assertEquals(sameEachTime(add), sameEachTime(call), verb);
      }
      RecordedCall first =
          recorder.calls(verb).stream()
              .filter(c -> c.config().path("place").asInt() == 1)
              .findFirst()
              .orElseThrow();
      assertTrue(first.stdin().contains(UNKNOWN_KEYS), first::stdin);
    }
  }

  private static JsonNode withoutResult(RecordedCall call) {
    ObjectNode config = (ObjectNode) call.config();
    config.remove("prevResult");
    return config;
  }

  private static Map<String, String> sameEachTime(RecordedCall call) {
    Map<String, String> environment = new TreeMap<>(call.environment());
    environment.remove("CNI_COMMAND");
    return environment;
  }

  @Test
  void add_runtimeSendsPortMappings_secondaryDoesNotGetThem() {
    defineChain("secondary");
    TestPod pod = stage.podWith("secondary");
    ObjectNode config = stage.config();
    config.putObject("capabilities").put("portMappings", true);
    ObjectNode mapping = config.putObject("runtimeConfig").putArray("portMappings").addObject();
    mapping.put("hostPort", 8080).put("containerPort", 80).put("protocol", "tcp");
    config.set(
        "delegates",
        Stage.object(
                """
                {"list":[{"cniVersion":"1.0.0","name":"pods","plugins":[
                 {"type":"recorder","place":0,"capabilities":{"portMappings":true}}]}]}
                """)
            .path("list"));

    pod.call().config(config.toString()).run("ADD");

    List<RecordedCall> calls = recorder.calls("ADD");
    assertEquals(List.of(0, 1, 2), places("ADD"));
    assertEquals(
        config.path("runtimeConfig"), calls.get(0).config().path("runtimeConfig"), "the default's");
    assertFalse(calls.get(1).config().has("runtimeConfig"), () -> calls.get(1).stdin());
    pod.delete();
  }

  @Test
  void add_runtimeHasManyVariables_pluginGetsCleanEnvironment() {
    defineChain("environment");
    TestPod pod = stage.podWith("environment");
    Call call =
        pod.call()
            .with("HOME", "/secret")
            .with("LD_LIBRARY_PATH", "/secret")
            .with("TOKEN", "secret")
            .with("TRACEPARENT", "00-11111111111111111111111111111111-2222222222222222-01");

    call.run("ADD");

    RecordedCall seen = recorder.calls("ADD").get(0);
    assertEquals(
        Set.of(
            "CNI_COMMAND",
            "CNI_CONTAINERID",
            "CNI_NETNS",
            "CNI_IFNAME",
            "CNI_ARGS",
            "CNI_PATH",
            "PATH",
            "TRACEPARENT"),
        seen.environment().keySet());
    assertEquals(List.of(recorder.executable().toString()), seen.argv());
    assertEquals("box-" + pod.name(), seen.environment().get("CNI_CONTAINERID"));
    assertEquals(pod.netns().path().toString(), seen.environment().get("CNI_NETNS"));
    assertEquals("net1", seen.environment().get("CNI_IFNAME"));
    assertEquals(call.environment().get("CNI_ARGS"), seen.environment().get("CNI_ARGS"));
    assertEquals(stage.bin().toString(), seen.environment().get("CNI_PATH"));
    assertEquals(
        stage.node().run("readlink", "/proc/self/ns/net").out().strip(), seen.networkNamespace());
    pod.delete();
  }

  @Test
  void add_pluginRefuses_itsErrorComesThroughAndItIsDeleted() {
    defineChain("refusing");
    recorder.answer("ADD", Answer.failsWith(117, "the fabric is on fire", "call the fire brigade"));
    TestPod pod = stage.podWith("refusing");

    stage.assertUndone(
        pod,
        () ->
            Refusal.assertRefused(
                pod.call().attempt("ADD"), 117, "the fabric is on fire", "call the fire brigade"));

    assertEquals(List.of(1), places("ADD"));
    assertEquals(List.of(1), places("DEL"), "what began must be deleted");
  }

  @Test
  void add_deadlinePasses_killsPluginAndItsChildrenAndUndoes() throws IOException {
    defineChain("slow");
    recorder.answer("ADD", Answer.usual().leavingGrandchild(FOR_EVER).after(FOR_EVER));
    TestPod pod = stage.podWith("slow");
    String inside = pod.picture();

    try (SocketChannel channel =
        RawFrames.send(
            stage.at("run/myriapod/cni.sock"), RawFrames.request(2_000, pod.call(), "ADD"))) {
      RawFrames.Reply reply = RawFrames.read(channel);
      assertEquals(1, reply.exitCode());
      Refusal.assertError(reply.json(), 11, "recorder");
    }

    assertEveryProcessEnds(recorder.calls("ADD").get(0));
    assertEquals(List.of(1), places("DEL"));
    assertEquals(inside, pod.picture());
    assertEquals(1, stage.leases("pods").size(), "the witness has one");
  }

  @Test
  void add_runtimeGoesAway_killsPluginAndItsChildrenAndUndoes() throws IOException {
    defineChain("abandoned");
    recorder.answer("ADD", Answer.usual().leavingGrandchild(FOR_EVER).after(FOR_EVER));
    TestPod pod = stage.podWith("abandoned");
    String inside = pod.picture();

    RecordedCall call;
    try (SocketChannel channel =
        RawFrames.send(
            stage.at("run/myriapod/cni.sock"), RawFrames.request(80_000, pod.call(), "ADD"))) {
      assertTrue(channel.isConnected());
      call =
          Waiting.untilPresent(
              PATIENCE,
              "the plugin's grandchild",
              () ->
                  recorder.calls("ADD").stream()
                      .filter(each -> each.grandchild().isPresent())
                      .findAny());
    }

    assertEveryProcessEnds(call);
    Waiting.until(PATIENCE, "the pod as it was", () -> inside.equals(pod.picture()));
    Waiting.until(PATIENCE, "the lease given back", () -> stage.leases("pods").size() == 1);
    assertEquals(List.of(1), places("DEL"));
  }

  private static void assertEveryProcessEnds(RecordedCall call) {
    Waiting.until(
        PATIENCE,
        "the end of plugin and grandchild",
        () ->
            ProcessHandle.of(call.pid()).isEmpty()
                && call.grandchild().filter(ProcessHandle::isAlive).isEmpty());
    assertTrue(call.exitCode().isEmpty(), "it was killed");
  }
}
