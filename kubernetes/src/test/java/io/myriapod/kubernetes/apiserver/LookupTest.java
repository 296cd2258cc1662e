package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.apiserver.Expiry;
import io.myriapod.fixtures.apiserver.Hang;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.apiserver.ApiServerState.Cached;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pods and networks of an API server that has good and bad days. */
class LookupTest {
  @TempDir Path folder;

  @Test
  void find_cached_sendsNothing() {
    try (Scene scene = Scene.warm(folder)) {
      Pod pod = scene.cluster.findPod(Scene.ref("web-0", "u1")).orElseThrow();
      var network = scene.cluster.findNetwork("shop", "a").orElseThrow();

      assertEquals(Optional.of("a"), pod.annotation("k8s.v1.cni.cncf.io/networks"));
      assertEquals(Optional.of("u1"), pod.uid());
      assertEquals(Optional.of("{\"type\":\"macvlan\"}"), network.config());
      assertEquals(Optional.of("example.com/vf"), network.resourceName());
      assertEquals(List.of(), scene.verbs());
    }
  }

  @Test
  void watchPods_annotationOfNetworksChanges_isToldOnce() {
    try (Scene scene = Scene.warm(folder)) {
      List<String> told = new CopyOnWriteArrayList<>();
      scene.cluster.watchPods(pod -> told.add(pod.toString()));
      String networks = "\"k8s.v1.cni.cncf.io/networks\": \"%s\"";

      scene.server.put(Scene.pod("web-0", "u1", networks.formatted("a") + ", \"seen\": \"1\""));
      scene.server.put(Scene.pod("web-0", "u1", networks.formatted("a,b")));
      scene.server.put(Scene.pod("web-1", "u2", ""));
      Waiting.until(Scene.LONG, () -> told.contains("shop/web-1"));

      assertEquals(List.of("shop/web-0", "shop/web-1"), told);
    }
  }

  @Test
  void find_changed_isWhatTheWatchSays() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.put(Scene.network("a", "{\\\"type\\\":\\\"bridgé\\\"}"));
      scene.server.put(Scene.pod("web-1", "u2", ""));
      scene.server.put(Scene.pod("web-2", "u3", ""));
      Waiting.until(Scene.LONG, () -> scene.cluster.state().pods().size() == 3);
      scene.server.delete("Pod", "shop", "web-1");
      Waiting.until(Scene.LONG, () -> scene.cluster.state().pods().size() == 2);
      Optional<String> wanted = Optional.of("{\"type\":\"bridgé\"}");
      Waiting.until(
          Scene.LONG,
          () -> scene.cluster.findNetwork("shop", "a").orElseThrow().config().equals(wanted));
      assertTrue(scene.cluster.findPod(Scene.ref("web-2", "u3")).isPresent());
      scene.server.put(Scene.network("b", "{}"));
      Waiting.until(Scene.LONG, () -> scene.cluster.state().networks().size() == 2);
      assertEquals(List.of(), scene.verbs(), "nothing is listed anew");
    }
  }

  @Test
  void pods_watched_areThoseOfTheNodeWithTheirState() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.put(
          Scene.pod("web-1", "u2", "")
              .replace("\"nodeName\"", "\"hostNetwork\":true,\"nodeName\"")
              .replaceFirst(
                  "}\\s*$",
                  ",\"status\":{\"phase\":\"Running\",\"containerStatuses\":[{\"state\":"
                      + "{\"running\":{\"startedAt\":\"2026-01-01T00:00:05Z\"}}}]}}"));
      scene.server.put(Scene.pod("web-9", "u9", "").replace("node-1", "node-2"));
      Waiting.until(
          Scene.LONG,
          () -> {
            Cached pods = scene.cluster.state().pods();
            return pods.watching() && pods.size() == 2;
          });

      Map<String, NodePod> pods =
          scene.cluster.pods().stream()
              .collect(Collectors.toMap(pod -> pod.pod().name(), pod -> pod));

      assertFalse(pods.get("web-0").reported());
      assertTrue(pods.get("web-1").hostNetwork());
      assertEquals(
          Optional.of(Instant.parse("2026-01-01T00:00:05Z")), pods.get("web-1").runningSince());
      assertEquals(List.of(), scene.verbs());
    }
  }

  private static boolean isWatching(Scene scene) {
    return scene.cluster.state().pods().watching();
  }

  @Test
  void pods_notWatched_areNotKnown() {
    try (Scene scene = Scene.warm(folder)) {
      Waiting.until(Scene.LONG, "a watch without events", () -> isWatching(scene));
      assertEquals(1, scene.cluster.pods().size());
      scene.server.stop();
      Waiting.until(Scene.LONG, () -> !isWatching(scene));

      ClusterException unknown = assertThrows(ClusterException.class, () -> scene.cluster.pods());
      assertTrue(unknown.getMessage().contains("not watched"), unknown.getMessage());
    }
  }

  @Test
  void find_podOfAnotherNode_isNotKeptButAskedFor() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.put(Scene.pod("web-9", "u9", "").replace("node-1", "node-2"));

      assertTrue(scene.cluster.findPod("shop", "web-9").isPresent());
      assertEquals(List.of("get"), scene.verbs());
      assertEquals(1, scene.cluster.state().pods().size());
    }
  }

  @Test
  void find_none_isEmptyAfterOneGet() {
    try (Scene scene = Scene.warm(folder)) {
      assertEquals(Optional.empty(), scene.cluster.findPod("shop", "none"));
      assertEquals(Optional.empty(), scene.cluster.findNetwork("shop", "none"));
      assertEquals(List.of("get", "get"), scene.verbs());
    }
  }

  @Test
  void findNetwork_noPossibleName_isEmptyWithoutAsking() {
    try (Scene scene = Scene.warm(folder)) {
      assertEquals(Optional.empty(), scene.cluster.findNetwork("shop", "../pods"));
      assertEquals(Optional.empty(), scene.cluster.findNetwork("Shop", "a"));
      assertEquals(List.of(), scene.verbs());
    }
  }

  /** The watch is late: the pod was replaced by one of the same name. */
  @Test
  void findPod_cachedOneIsAnother_asksOnce() {
    try (Scene scene = Scene.warm(folder)) {
      Hang late = scene.server.hang("^watch .*pods");
      scene.server.dropWatches();
      scene.server.put(Scene.pod("web-0", "u2", ""));
      scene.server.clearRequests();

      Pod pod = scene.cluster.findPod(Scene.ref("web-0", "u2")).orElseThrow();

      assertEquals(Optional.of("u2"), pod.uid());
      assertEquals(1, scene.verbs().stream().filter("get"::equals).count());
      late.release();
    }
  }

  @Test
  void findPod_staticPod_isItsMirrorWithoutAsking() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.put(Scene.pod("static", "mirror", "\"kubernetes.io/config.source\":\"file\""));
      Waiting.until(Scene.LONG, () -> scene.cluster.state().pods().size() == 2);

      assertTrue(scene.cluster.findPod(Scene.ref("static", "hash")).isPresent());
      assertEquals(List.of(), scene.verbs());
    }
  }

  /** Its file was edited, and the watch has not brought the new mirror; or the server is away. */
  @Test
  void findPod_staticPodOfANewerManifest_asksAndElseTakesWhatItHas() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.put(
          Scene.pod(
              "static",
              "mirror",
              "\"kubernetes.io/config.source\":\"file\",\"kubernetes.io/config.mirror\":\"old\""));
      Waiting.until(Scene.LONG, () -> scene.cluster.state().pods().size() == 2);

      assertTrue(scene.cluster.findPod(Scene.ref("static", "old")).isPresent());
      assertEquals(List.of(), scene.verbs());
      assertTrue(scene.cluster.findPod(Scene.ref("static", "new")).isPresent());
      assertEquals(List.of("get"), scene.verbs());
      scene.server.stop();
      assertTrue(scene.cluster.findPod(Scene.ref("static", "new")).isPresent());
    }
  }

  @Test
  void find_serverAway_knowsWhatItKnewAndThrowsForTheRest() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.stop();

      assertTrue(scene.cluster.findPod(Scene.ref("web-0", "u1")).isPresent());
      assertTrue(scene.cluster.findNetwork("shop", "a").isPresent());
      ClusterException refused =
          assertThrows(ClusterException.class, () -> scene.cluster.findPod("shop", "none"));
      assertTrue(refused.getMessage().startsWith("get pod shop/none: "), refused.getMessage());
      assertFalse(scene.cluster.state().reachable());

      scene.server.startAgain();
      scene.server.put(Scene.pod("web-1", "u2", ""));
      Waiting.until(Scene.LONG, () -> scene.cluster.state().pods().size() == 2);
      assertTrue(scene.cluster.state().reachable());
    }
  }

  @Test
  void find_noAnswer_throwsAtTheDeadline() {
    try (Scene scene =
        Scene.warm(folder, settings -> settings.withTimeout(Duration.ofMillis(300)))) {
      Hang hang = scene.server.hang("^get ");

      ClusterException late =
          assertThrows(ClusterException.class, () -> scene.cluster.findNetwork("shop", "none"));

      assertEquals("get network shop/none: no answer in time", late.getMessage());
      hang.release();
    }
  }

  @Test
  void find_serverError_throwsWithItsWords() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.failNext(1, 500, "^get ");

      ClusterException error =
          assertThrows(ClusterException.class, () -> scene.cluster.findPod("shop", "none"));

      assertTrue(error.getMessage().startsWith("get pod shop/none: HTTP 500: "));
      assertEquals(List.of("get"), scene.verbs());
    }
  }

  @ParameterizedTest
  @EnumSource(Expiry.class)
  void watch_historyForgotten_listsAgain(Expiry expiry) {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.expireBy(expiry);
      Hang closed = scene.server.hang("^watch ");
      scene.server.dropWatches();
      scene.server.delete("Pod", "shop", "web-0");
      scene.server.put(Scene.pod("web-1", "u2", ""));
      scene.server.put(Scene.pod("web-2", "u3", ""));
      scene.server.compact();
      closed.release();

      Waiting.until(Scene.LONG, () -> scene.cluster.state().pods().size() == 2);
      assertTrue(scene.verbs().contains("list"));
      scene.untilWatched();
    }
  }

  @Test
  void watch_tornInAnEvent_goesOn() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.tearWatches();
      scene.server.put(Scene.pod("web-1", "u2", ""));

      Waiting.until(Scene.LONG, () -> scene.cluster.state().pods().size() == 2);
      scene.untilWatched();
    }
  }

  @Test
  void start_serverAway_isFilledWhenItComes() {
    try (Scene scene = new Scene(folder, settings -> settings)) {
      scene.server.stop();
      Waiting.until(Scene.LONG, () -> scene.cluster.synced() || !scene.cluster.state().reachable());

      scene.server.startAgain();

      scene.untilWatched();
    }
  }
}
