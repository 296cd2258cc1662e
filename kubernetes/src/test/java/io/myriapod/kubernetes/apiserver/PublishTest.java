package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.apiserver.ApiRequest;
import io.myriapod.fixtures.apiserver.Hang;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.PodRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statuses and events for an API server that has good and bad days. */
class PublishTest {
  private static final PodRef POD = Scene.ref("web-0", "u1");
  private static final String PATCH = "^patch .*pods/web-0/status";

  @TempDir Path folder;

  @Test
  void publishStatus_warm_isOnePatchOfTheSubresource() {
    try (Scene scene = Scene.warm(folder)) {
      scene.cluster.publishStatus(POD, Scene.status("shop/a"));

      assertTrue(scene.isPublished("web-0", "shop/a"), scene.published("web-0"));
      ApiRequest patch = scene.server.requests().get(0);
      assertEquals(1, scene.server.requests().size());
      assertEquals("pods/status", patch.resource());
      assertTrue(patch.body().contains("\"uid\":\"u1\""), patch.body());
    }
  }

  @Test
  void publishStatus_podHasOtherAnnotations_keepsThem() {
    try (Scene scene = Scene.warm(folder)) {
      scene.cluster.publishStatus(POD, Scene.status("shop/a"));

      assertEquals(
          "a",
          scene
              .server
              .pod("shop", "web-0")
              .orElseThrow()
              .path("metadata")
              .path("annotations")
              .path("k8s.v1.cni.cncf.io/networks")
              .asText());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 429, 500, 503})
  void publishStatus_serverInNeed_isTriedAgain(int code) {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.failNext(2, code, PATCH);

      scene.cluster.publishStatus(POD, Scene.status("shop/a"));

      assertTrue(scene.isPublished("web-0", "shop/a"));
      assertEquals(List.of("patch", "patch", "patch"), scene.verbs());
    }
  }

  @Test
  void publishStatus_answerLost_isTriedAgain() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.loseNext(1, PATCH);

      scene.cluster.publishStatus(POD, Scene.status("shop/a"));

      assertTrue(scene.isPublished("web-0", "shop/a"));
    }
  }

  @Test
  void publishStatus_anotherPodOfThatName_leavesItAlone() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.put(Scene.pod("web-0", "u2", ""));

      scene.cluster.publishStatus(POD, Scene.status("shop/a"));

      assertEquals("", scene.published("web-0"));
      assertEquals(List.of("patch"), scene.verbs());
      assertEquals(0, scene.cluster.state().statuses().waiting());
    }
  }

  @Test
  void publishStatus_podGone_isNoError() {
    try (Scene scene = Scene.warm(folder)) {
      scene.cluster.publishStatus(Scene.ref("gone", "u9"), Scene.status("shop/a"));

      assertEquals(List.of("patch"), scene.verbs());
      assertEquals(0, scene.cluster.state().statuses().dropped());
    }
  }

  /** The runtime knows it by the hash of its file, the API server by its mirror's uid. */
  @Test
  void publishStatus_staticPod_isWrittenToItsMirror() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.put(Scene.pod("static", "mirror", "\"kubernetes.io/config.source\":\"file\""));
      Waiting.until(Scene.LONG, () -> scene.cluster.state().pods().size() == 2);

      scene.cluster.publishStatus(Scene.ref("static", "hash"), Scene.status("shop/a"));

      assertTrue(scene.isPublished("static", "shop/a"));
    }
  }

  @Test
  void publishStatus_staticPodThatTheWatchLacks_isWrittenToItsMirror() {
    try (Scene scene = Scene.warm(folder)) {
      Hang late = scene.server.hang("^watch .*pods");
      scene.server.dropWatches();
      scene.server.put(Scene.pod("static", "mirror", "\"kubernetes.io/config.source\":\"file\""));
      PodRef pod = Scene.ref("static", "hash");
      assertTrue(scene.cluster.findPod(pod).isPresent());

      scene.cluster.publishStatus(pod, Scene.status("shop/a"));

      assertTrue(scene.isPublished("static", "shop/a"));
      late.release();
    }
  }

  @Test
  void publishStatus_refused_throwsWithTheServersWords() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.denyAll();

      ClusterException refused =
          assertThrows(
              ClusterException.class,
              () -> scene.cluster.publishStatus(POD, Scene.status("shop/a")));

      assertTrue(refused.getMessage().contains("cannot patch resource"), refused.getMessage());
    }
  }

  @Test
  void publishStatus_syncAndNoAnswer_goesOnAfterTheBound() {
    try (Scene scene =
        Scene.warm(
            folder, settings -> settings.withStatus(StatusMode.SYNC, Duration.ofMillis(50)))) {
      Hang hang = scene.server.hang(PATCH);

      scene.cluster.publishStatus(POD, Scene.status("shop/a"));

      assertFalse(scene.isPublished("web-0", "shop/a"));
      assertEquals(1, scene.cluster.state().statuses().waiting());
      hang.release();
      Waiting.until(Scene.LONG, () -> scene.isPublished("web-0", "shop/a"));
      Waiting.until(Scene.LONG, () -> scene.cluster.state().statuses().waiting() == 0);
    }
  }

  @Test
  void publishStatus_async_doesNotWaitAndKeepsTheOrder() {
    try (Scene scene =
        Scene.warm(folder, settings -> settings.withStatus(StatusMode.ASYNC, Scene.LONG))) {
      Hang hang = scene.server.hang(PATCH);

      scene.cluster.publishStatus(POD, Scene.status("shop/first"));
      scene.cluster.publishStatus(POD, Scene.status("shop/second"));
      scene.cluster.publishStatus(POD, Scene.status("shop/third"));
      hang.release();

      Waiting.until(Scene.LONG, () -> scene.isPublished("web-0", "shop/third"));
      Waiting.until(Scene.LONG, () -> scene.cluster.state().statuses().waiting() == 0);
      assertTrue(scene.isPublished("web-0", "shop/third"));
      assertTrue(scene.verbs().size() <= 2, () -> scene.verbs().toString());
    }
  }

  @Test
  void publishStatus_asyncAndServerAway_arrivesWhenItComes() {
    try (Scene scene =
        Scene.warm(folder, settings -> settings.withStatus(StatusMode.ASYNC, Scene.LONG))) {
      scene.server.stop();
      scene.cluster.publishStatus(POD, Scene.status("shop/a"));
      Waiting.until(Scene.LONG, () -> !scene.cluster.state().reachable());

      scene.server.startAgain();

      Waiting.until(Scene.LONG, () -> scene.isPublished("web-0", "shop/a"));
    }
  }

  @Test
  void forgetStatus_andEmit_serverAway_doNotWait() {
    try (Scene scene =
        Scene.warm(folder, settings -> settings.withStatus(StatusMode.ASYNC, Scene.LONG))) {
      Hang hang = scene.server.hang("^(patch|create) ");
      scene.cluster.publishStatus(POD, Scene.status("shop/first"));
      scene.cluster.forgetStatus(POD);
      scene.cluster.emit(Event.normal(POD, "AddedInterface", "Add net1 [] from shop/a"));

      assertEquals(0, scene.cluster.state().statuses().waiting());
      hang.release();
    }
  }

  @Test
  void add_warm_costsTwoRequests_delNone() {
    try (Scene scene = Scene.warm(folder)) {
      scene.cluster.findPod(POD);
      scene.cluster.findNetwork("shop", "a");
      scene.cluster.publishStatus(POD, Scene.status("shop/a"));
      for (int i = 1; i < 4; i++) {
        scene.cluster.emit(
            Event.normal(POD, "AddedInterface", "Add net%d [] from shop/a".formatted(i)));
      }
      Waiting.until(Scene.LONG, () -> scene.server.events().size() == 1);
      assertEquals(List.of("patch", "create"), scene.verbs());
      assertEquals(
          "Add net1 [] from shop/a; Add net2 [] from shop/a; Add net3 [] from shop/a",
          scene.server.events().get(0).path("message").asText());

      scene.server.clearRequests();
      scene.cluster.forgetStatus(POD);
      Waiting.until(Scene.LONG, () -> scene.cluster.state().events().waiting() == 0);

      assertEquals(List.of(), scene.verbs());
    }
  }

  /** With exactly these rights everything works, and nothing else is ever asked. */
  @Test
  void requests_ofALife_areThoseOfTheRole() {
    try (Scene scene = new Scene(folder, settings -> settings)) {
      AccessRules.ALL.forEach(
          rule -> scene.server.allow(rule.verb(), rule.group(), rule.resource()));
      scene.untilWatched();
      scene.cluster.findPod("shop", "none");
      scene.cluster.findNetwork("shop", "none");
      scene.cluster.publishStatus(POD, Scene.status("shop/a"));
      scene.cluster.emit(Event.normal(POD, "AddedInterface", "Add net1 [] from shop/a"));
      scene.cluster.emit(Event.nodeWarning("NamespacesNotSeen", "three of four"));
      Waiting.until(Scene.LONG, () -> scene.server.events().size() == 2);

      Set<AccessRule> asked = new HashSet<>();
      scene
          .server
          .requests()
          .forEach(
              request ->
                  asked.add(
                      new AccessRule(request.verb(), request.apiGroup(), request.resource())));
      assertEquals(Set.copyOf(AccessRules.ALL), asked);
      Set<AccessRule> counted = new HashSet<>();
      scene.cluster.state().requests().keySet().forEach(kind -> counted.add(kind.access()));
      assertEquals(asked, counted);
      assertEquals(Optional.empty(), scene.cluster.state().lastError());
    }
  }
}
