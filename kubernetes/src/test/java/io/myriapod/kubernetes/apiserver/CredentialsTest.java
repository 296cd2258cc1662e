package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.apiserver.ApiServer;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.apiserver.ApiCredentials.Kubeconfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens, certificates and authorities that change, or are not there yet. */
class CredentialsTest {
  @TempDir Path folder;

  @Test
  void token_rotated_isReadAnew() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.rotateToken();

      assertEquals(Optional.empty(), scene.cluster.findPod("shop", "none"));
    }
  }

  @Test
  void token_expired_throwsUntilThereIsAnother() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.expireToken();
      ClusterException refused =
          assertThrows(ClusterException.class, () -> scene.cluster.findPod("shop", "none"));
      assertTrue(refused.getMessage().contains("HTTP 401"), refused.getMessage());

      scene.server.rotateToken();
      scene.server.dropWatches();

      assertEquals(Optional.empty(), scene.cluster.findPod("shop", "none"));
      scene.untilWatched();
    }
  }

  @Test
  void certificate_rotated_isTrusted() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.rotateCertificate();
      scene.server.dropWatches();

      scene.untilWatched();
      assertEquals(Optional.empty(), scene.cluster.findPod("shop", "none"));
    }
  }

  /** Meanwhile pods and networks are known as before. */
  @Test
  void authority_rotated_isTrustedOnceItsFileSaysSo() {
    try (Scene scene = Scene.warm(folder)) {
      scene.server.rotateAuthority();
      scene.server.dropWatches();

      assertTrue(scene.cluster.findPod("shop", "web-0").isPresent());
      scene.server.put(Scene.pod("web-1", "u2", ""));
      Waiting.until(Scene.LONG, () -> scene.cluster.state().pods().size() == 2);
      scene.untilWatched();
      assertEquals(Optional.empty(), scene.cluster.findPod("shop", "none"));
    }
  }

  @Test
  void authority_isAnother_isNotTrusted() throws IOException {
    try (ApiServer other = ApiServer.start(Files.createDirectories(folder.resolve("other")));
        Scene scene = new Scene(folder, settings -> settings)) {
      other.rotateAuthority();
      Path file = folder.resolve("kubeconfig");
      scene.server.kubeconfig(file);
      Files.copy(other.authority(), scene.server.authority(), StandardCopyOption.REPLACE_EXISTING);
      try (ApiServerCluster cluster =
          ApiServerCluster.start(
              ApiServerSettings.of(new Kubeconfig(file), Scene.NODE), folder.resolve("un"))) {
        Waiting.until(Scene.LONG, () -> !cluster.state().reachable());
        assertThrows(ClusterException.class, () -> cluster.findPod("shop", "web-0"));
      }
    }
  }

  /** What was about to be asked when it was replaced is worth another try. */
  @Test
  void connection_closed_failsAsOneThatIsAway() throws IOException {
    try (Scene scene = Scene.warm(folder)) {
      Connection connection = Connection.open(scene.settings, new ApiHealth());
      connection.close();

      assertThrows(IOException.class, () -> connection.get("/api"));
    }
  }

  @Test
  void kubeconfig_withTokenFile_isReadAndReadAnew() {
    try (ApiServer server = ApiServer.start(folder)) {
      Path file = folder.resolve("kubeconfig");
      server.put(Scene.pod("web-0", "u1", ""));
      server.kubeconfig(file);
      try (ApiServerCluster cluster =
          ApiServerCluster.start(
              ApiServerSettings.of(new Kubeconfig(file), Scene.NODE),
              folder.resolve("unpublished"))) {
        Waiting.until(Scene.LONG, cluster::synced);
        server.rotateToken();
        assertEquals(Optional.empty(), cluster.findPod("shop", "none"));
      }
    }
  }

  @Test
  void start_noCredentialsYet_triesAgain() {
    try (ApiServer server = ApiServer.start(folder)) {
      Path file = folder.resolve("later");
      ApiServerSettings settings =
          ApiServerSettings.of(new Kubeconfig(file), Scene.NODE)
              .withTimeout(Duration.ofMillis(300));
      try (ApiServerCluster cluster =
          ApiServerCluster.start(settings, folder.resolve("unpublished"))) {
        Waiting.until(Scene.LONG, () -> !cluster.state().reachable());
        ClusterException missing =
            assertThrows(ClusterException.class, () -> cluster.findPod("shop", "web-0"));
        assertTrue(missing.getMessage().contains(file.toString()), missing.getMessage());

        server.kubeconfig(file);

        Waiting.until(Scene.LONG, cluster::synced);
      }
    }
  }
}
