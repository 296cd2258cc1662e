package io.myriapod.kubernetes.apiserver;

import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.apiserver.ApiRequest;
import io.myriapod.fixtures.apiserver.ApiServer;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.apiserver.ApiCredentials.ServiceAccount;
import io.myriapod.kubernetes.status.NetworkStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An API server's counterpart with a pod and a network, and a cluster that asks it. */
final class Scene implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(30);
  static final String NODE = "node-1";

  final ApiServer server;
  final ApiServerSettings settings;
  final ApiServerCluster cluster;

  /** Does not wait for anything. */
  Scene(Path folder, UnaryOperator<ApiServerSettings> change) {
    server = ApiServer.start(folder);
    server.put(pod("web-0", "u1", "\"k8s.v1.cni.cncf.io/networks\":\"a\""));
    server.put(network("a", "{\\\"type\\\":\\\"macvlan\\\"}"));
    Path account = folder.resolve("account");
    server.serviceAccount(account);
    settings =
        change.apply(
            ApiServerSettings.of(new ServiceAccount(server.url(), account), NODE)
                .withStatus(StatusMode.SYNC, LONG));
    cluster = ApiServerCluster.start(settings, folder.resolve("unpublished"));
  }

  /** One whose caches are filled and watched; what that took is not among its requests. */
  static Scene warm(Path folder) {
    return warm(folder, settings -> settings);
  }

  static Scene warm(Path folder, UnaryOperator<ApiServerSettings> change) {
    Scene scene = new Scene(folder, change);
    scene.untilWatched();
    scene.server.clearRequests();
    return scene;
  }

  void untilWatched() {
    Waiting.until(
        LONG,
        "two watches",
        () ->
            cluster.synced()
                && server.watches("pods") == 1
                && server.watches("network-attachment-definitions") == 1);
  }

  static String pod(String name, String uid, String annotations) {
    return """
        {"apiVersion":"v1","kind":"Pod",
         "metadata":{"namespace":"shop","name":"%s","uid":"%s","annotations":{%s}},
         "spec":{"nodeName":"node-1","containers":[{"name":"c","image":"i"}]}}
        """
        .formatted(name, uid, annotations);
  }

  static String network(String name, String config) {
    return """
        {"apiVersion":"k8s.cni.cncf.io/v1","kind":"NetworkAttachmentDefinition",
         "metadata":{"namespace":"shop","name":"%s",
           "annotations":{"k8s.v1.cni.cncf.io/resourceName":"example.com/vf"}},
         "spec":{"config":"%s"}}
        """
        .formatted(name, config);
  }

  static PodRef ref(String name, String uid) {
    return new PodRef("shop", name, Optional.of(uid));
  }

  static List<NetworkStatus> status(String name) {
    return List.of(NetworkStatus.minimal(name, true));
  }

  /** The names in the pod's network-status, as the server keeps it. */
  String published(String pod) {
    return server
        .pod("shop", pod)
        .orElseThrow()
        .path("metadata")
        .path("annotations")
        .path(NetworkStatus.ANNOTATION)
        .asText();
  }

  boolean isPublished(String pod, String name) {
    return published(pod).contains("\"name\":\"%s\"".formatted(name));
  }

  List<String> verbs() {
    return server.requests().stream().map(ApiRequest::verb).toList();
  }

  @Override
  public void close() {
    cluster.close();
    server.close();
  }
}
