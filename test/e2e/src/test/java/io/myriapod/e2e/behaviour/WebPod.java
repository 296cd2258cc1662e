package io.myriapod.e2e.behaviour;

import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.kubelet.Pod;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pod shop/web, whose network {@code fast} gives it virtual functions of a resource. */
final class WebPod {
  static final Pod POD = new Pod("shop", "web", "uid-1");

  private static final String CONFIG =
      """
      {"cniVersion": "1.0.0", "name": "node", "type": "myriapod", "delegates": [
       {"cniVersion": "1.0.0", "name": "lo", "plugins": [
        {"type": "ptp", "ipam": {"type": "host-local", "subnet": "10.7.0.0/24"}}]}]}""";

  private static final String MANIFEST =
      """
      apiVersion: k8s.cni.cncf.io/v1
      kind: NetworkAttachmentDefinition
      metadata:
        name: fast
        namespace: shop
        annotations: {k8s.v1.cni.cncf.io/resourceName: %s}
      spec: {config: '{"cniVersion": "1.0.0", "name": "fast", "type": "sriov"}'}
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: web
        namespace: shop
        uid: uid-1
        annotations: {k8s.v1.cni.cncf.io/networks: "%s"}
      """;

  private WebPod() {}

  /** Puts both into the cluster's folder. */
  static void announce(Path root, String resource, String networks) throws IOException {
    Path folder = Files.createDirectories(root.resolve("etc/myriapod/cluster"));
    Files.writeString(folder.resolve("web.yaml"), MANIFEST.formatted(resource, networks));
  }

  static Sandbox sandbox(Netns node, Path root, Netns pod) {
    return Sandbox.of(node, root, CONFIG, pod, new PodName(POD.namespace(), POD.name(), POD.uid()));
  }
}
