package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.e2e.behaviour.DelegateClient.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hot-plug controller's requests, as Multus answers them, but with the pod's DEL in mind. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class DelegateApiIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String PATH = "run/multus/multus.sock";
  private static final String CONFIG =
      Stage.macvlan("plugged", "parent0", Stage.hostLocal("10.24.0.0/24")).toString();
  private static final String CAPABLE =
      "{\"capabilities\":{\"ips\":true,\"mac\":true}," + CONFIG.substring(1);

  private static Stage stage;
  private static DelegateClient client;
  private static TestPod standing;
  private static Result added;

  @BeforeAll
  static void open() {
    stage = Stage.open("delegateSocket: /" + PATH + "\n");
    Path socket = stage.at(PATH);
    Waiting.until(SOON, "the socket", () -> Files.exists(socket));
    client = new DelegateClient(socket);
    standing = stage.pod();
    added = standing.add();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static Answer ask(String command, TestPod pod, String config) {
    return client.post(DelegateClient.request(command, pod, "net1", config));
  }

  @Test
  void add_running_attachesAndTheDelOfThePodRemovesIt() throws IOException {
    TestPod pod = stage.pod();
    Result first = pod.add();
    JsonNode status = pod.status();

    Answer answer = ask("ADD", pod, CONFIG);

    assertEquals(200, answer.status(), answer.body());
    JsonNode result = answer.json().path("Result");
    assertEquals("1.0.0", result.path("cniVersion").asText());
    assertEquals(pod.ipOf("net1") + "/24", result.at("/ips/0/address").asText());
    assertEquals(pod.macOf("net1"), result.at("/interfaces/0/mac").asText());
    assertEquals(status, pod.status(), "the controller tells it");
    assertEquals(200, ask("CHECK", pod, CONFIG).status());
    pod.call().after(first).run("CHECK");
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(stage.at(PATH))));
    assertTrue(ask("ADD", pod, CONFIG).json().path("code").asInt() > 100);
    pod.netns().run("ip address flush dev net1");
    assertEquals(106, ask("CHECK", pod, CONFIG).json().path("code").asInt());
    pod.delete();
    assertFalse(pod.netns().hasLink("net1"));
    assertEquals(List.of(), stage.leases("plugged"));
  }

  @Test
  void attributes_ofTheAnnotation_reachThePlugin() {
    TestPod pod = stage.pod();
    pod.add();
    ObjectNode request = DelegateClient.request("ADD", pod, "net1", CAPABLE);
    request
        .putObject("interfaceAttributes")
        .put("mac", "02:00:00:00:24:01")
        .putNull("cni-args")
        .putArray("ips")
        .add("10.24.0.77/24");

    Answer answer = client.post(request);

    assertEquals(200, answer.status(), answer.body());
    assertEquals("02:00:00:00:24:01", pod.macOf("net1"));
    assertEquals("10.24.0.77", pod.ipOf("net1"));
    pod.delete();
  }

  @Test
  void delete_ofWhatTheAddAttached_isDoneOnceAndFineTwice() {
    stage.defineMacvlan("one", "10.21.0.0/24");
    TestPod pod = stage.podWith("one");
    pod.add();
    String config = Stage.macvlan("one", "parent0", "{}").toString();

    assertEquals(400, ask("DEL", pod, CONFIG).status(), "another network has that interface");
    assertTrue(pod.netns().hasLink("net1"));
    assertEquals(new Answer(200, ""), ask("DEL", pod, config));

    assertFalse(pod.netns().hasLink("net1"));
    assertEquals(List.of(), stage.leases("one"));
    assertTrue(pod.reaches(Stage.GATEWAY));
    assertEquals(new Answer(200, ""), ask("DEL", pod, config));
    pod.delete();
    assertEquals(new Answer(200, ""), ask("DEL", pod, config));
  }

  @Test
  void delete_ofWhatHasTheDefaultRoute_isRefused() {
    stage.defineMacvlan("way", "10.25.0.0/24");
    TestPod pod = stage.podWith("[{\"name\":\"way\",\"default-route\":[\"10.25.0.1\"]}]");
    pod.add();

    Answer refused = ask("DEL", pod, Stage.macvlan("way", "parent0", "{}").toString());

    assertEquals(400, refused.status());
    assertEquals(2, refused.json().path("code").asInt(), refused.body());
    assertTrue(pod.netns().hasLink("net1"));
    pod.delete();
    assertEquals(List.of(), stage.leases("way"));
  }

  @Test
  void add_pluginFails_leavesNothing() {
    RecorderPlugin.install(stage.bin(), "failing")
        .answer("ADD", io.myriapod.fixtures.Answer.failsWith(199, "no more", ""));
    String chain =
        """
        {"cniVersion":"1.0.0","name":"plugged","plugins":[%s,{"type":"failing"}]}
        """
            .formatted(CONFIG);

    refused(199, () -> ask("ADD", standing, chain), "no more");
  }

  private static void refused(int code, java.util.function.Supplier<Answer> asking, String named) {
    String before = standing.netns().run("ip -o link; ip -o -4 address; ip route").out();

    Answer answer = asking.get();

    assertEquals(400, answer.status(), answer.body());
    assertEquals(code, answer.json().path("code").asInt(), answer.body());
    assertTrue(answer.body().contains(named), answer.body());
    assertEquals(before, standing.netns().run("ip -o link; ip -o -4 address; ip route").out());
    assertEquals(List.of(), stage.leases("plugged"));
    standing.call().after(added).run("CHECK");
  }

  private static Answer changed(String variable, String value) {
    return altered(request -> ((ObjectNode) request.get("env")).put(variable, value));
  }

  private static Answer altered(Consumer<ObjectNode> change) {
    ObjectNode request = DelegateClient.request("ADD", standing, "net1", CONFIG);
    change.accept(request);
    return client.post(request);
  }

  @Test
  void add_notOfThisPod_changesNothing() {
    String witness = stage.witness().netns().path().toString();
    String others = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=" + stage.witness().name();
    String late =
        "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=%s;K8S_POD_UID=another".formatted(standing.name());

    refused(3, () -> changed("CNI_CONTAINERID", "box-unknown"), "is not attached");
    refused(4, () -> changed("CNI_ARGS", others), "is not one of pod");
    refused(4, () -> changed("CNI_ARGS", late), "is not one of pod");
    refused(4, () -> changed("CNI_ARGS", ""), "K8S_POD_NAME");
    refused(4, () -> changed("CNI_IFNAME", "eth0"), "default network");
    refused(4, () -> changed("CNI_COMMAND", "GC"), "want ADD, CHECK or DEL");
    refused(8, () -> changed("CNI_NETNS", witness), "is not the namespace");
    refused(8, () -> changed("CNI_NETNS", "/proc/self/ns/mnt"), "namespace");
  }

  @Test
  void add_badInput_changesNothing() {
    refused(6, () -> client.post("/delegate", "not JSON"), "delegate request");
    refused(6, () -> altered(request -> request.put("config", "%%")), "Base64");
    refused(6, () -> altered(request -> request.put("config", "")), "JSON");
    refused(4, () -> altered(request -> request.putArray("env")), "CNI_COMMAND");
    refused(7, () -> altered(request -> attributes(request, "mac", "zz")), "mac");
    refused(7, () -> altered(request -> attributes(request, "ips", "x")), "ips");
    refused(7, () -> ask("ADD", standing, CONFIG.replace("macvlan", "multus")), "call itself");
    refused(100, () -> ask("ADD", standing, CONFIG.replace("parent0", "parent9")), "parent9");
  }

  private static void attributes(ObjectNode request, String key, String value) {
    ObjectNode attributes = request.putObject("interfaceAttributes");
    if (key.equals("ips")) {
      attributes.putArray(key).add(value);
    } else {
      attributes.put(key, value);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "405 GET /delegate HTTP/1.1~Host: dummy~~",
        "404 GET /cni HTTP/1.1~Host: dummy~~",
        "200 GET /healthz HTTP/1.1~Host: dummy~~",
        "400 nonsense~~",
        "400 POST /delegate HTTP/2.0~Host: dummy~~",
        "400 POST /delegate HTTP/1.1~Content-Length: 2~Content-Length: 3~~{}",
        "400 POST /delegate HTTP/1.1~Content-Length: -1~~{}",
        "400 POST /delegate HTTP/1.1~ folded: x~~",
        "411 POST /delegate HTTP/1.1~Host: dummy~~",
        "413 POST /delegate HTTP/1.1~Content-Length: 2097153~~",
        "501 POST /delegate HTTP/1.1~Transfer-Encoding: chunked~~0~~"
      })
  void http_isStrict(String expectedAndSent) {
    Answer answer = client.send(expectedAndSent.substring(4).replace("~", "\r\n"));

    assertEquals(expectedAndSent.substring(0, 3), Integer.toString(answer.status()));
  }

  @Test
  void http_headWithoutEnd_isRefused() {
    assertEquals(431, client.send("GET /" + "x".repeat(17_000)).status());
  }
}
