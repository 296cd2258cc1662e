package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.e2e.node.AgentHttp;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.Typed;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node's networks drawn from journal and kernel. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class NodePictureIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open(AgentHttp.SECTION);
    stage.defineMacvlan("storage", "10.70.0.0/24");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static String typed(String format) {
    return Typed.in(stage.node(), stage.at(""), "topology", "-o", format).orThrow().out();
  }

  @Test
  void topology_podOnBridgeAndMacvlan_hangsOnWhatTheKernelHas() {
    TestPod pod = stage.podWith("storage");
    pod.add();

    List<String> tree = typed("text").lines().toList();

    int parent = tree.indexOf("  parent0  (veth)");
    assertEquals("    shop/storage  (macvlan)", tree.get(parent + 1), tree::toString);
    assertEquals(
        "      shop/%s  net1  %s/24  %s".formatted(pod.name(), pod.ipOf("net1"), pod.macOf("net1")),
        tree.get(parent + 2));
    int bridge = tree.indexOf("  cni0  (bridge)");
    assertEquals("    pods  (bridge)", tree.get(bridge + 1), tree::toString);
    assertTrue(
        tree.contains(
            "      shop/%s  eth0  %s/24  %s"
                .formatted(pod.name(), pod.ipOf("eth0"), pod.macOf("eth0"))),
        tree::toString);
    JsonNode json = Stage.object(typed("json"));
    assertEquals(2, json.path("pods").size(), json::toString);
    assertEquals("link:parent0", json.at("/pods/1/interfaces/1/on").asText(), json::toString);

    pod.delete();
    assertFalse(typed("text").contains("shop/" + pod.name()));
  }

  private static boolean isShown(Browser browser, TestPod pod) {
    return browser
        .value("document.querySelector('[data-id=\"pod:shop/%s\"]') !== null".formatted(pod.name()))
        .asBoolean();
  }

  @Test
  @InNamespaces(programs = {"chromium"})
  void page_podComesAndGoes_followsWithoutBeingLoadedAgain() {
    AgentHttp http = new AgentHttp(stage.node(), stage.at(""));
    TestPod pod = stage.podWith("storage");
    try (Browser browser = Browser.start(stage.node(), stage.at("chromium"))) {
      browser.open(http.url());
      Waiting.until(SOON, "the witness in the picture", () -> isShown(browser, stage.witness()));
      assertFalse(isShown(browser, pod));
      browser.value("window.loadedOnce = true");
      assertSameIsNotDrawnAgain(browser);

      pod.add();
      Waiting.until(SOON, "the pod in the picture", () -> isShown(browser, pod));
      String text = browser.value("document.getElementById('picture').textContent").asText();
      assertTrue(text.contains(pod.ipOf("net1") + "/24"), text);
      assertTrue(text.contains("shop/storage"), text);
      String agent = browser.value("document.getElementById('agent').textContent").asText();
      assertTrue(agent.startsWith("ready"), agent);

      pod.delete();
      Waiting.until(SOON, "the pod out of the picture", () -> !isShown(browser, pod));
      assertTrue(isShown(browser, stage.witness()));
      assertTrue(browser.value("window.loadedOnce === true").asBoolean());
      assertOnlyOurs(browser, http.url());
    }
  }

  /** It is asked for again and again, and stays in place as long as it is the same. */
  private static void assertSameIsNotDrawnAgain(Browser browser) {
    browser.value("document.querySelector('#picture svg').drawnOnce = true");
    int before = looks(browser);
    Waiting.until(SOON, "two more looks", () -> looks(browser) >= before + 2);
    assertTrue(
        browser.value("document.querySelector('#picture svg').drawnOnce === true").asBoolean());
  }

  private static int looks(Browser browser) {
    return browser
        .value(
            "performance.getEntriesByType('resource')"
                + ".filter(one => one.name.endsWith('/topology.svg')).length")
        .asInt();
  }

  /** Nothing came from elsewhere, and the policy let all that is needed. */
  private static void assertOnlyOurs(Browser browser, String url) {
    JsonNode loaded =
        browser.value("performance.getEntriesByType('resource').map(one => one.name)");
    assertTrue(loaded.size() >= 3, loaded::toString);
    loaded.forEach(one -> assertTrue(one.asText().startsWith(url), one::toString));
    assertEquals(List.of(), browser.complaints());
    assertEquals(
        "none",
        browser.value("getComputedStyle(document.querySelector('.wire')).fill").asText(),
        "the picture's own style holds");
  }
}
