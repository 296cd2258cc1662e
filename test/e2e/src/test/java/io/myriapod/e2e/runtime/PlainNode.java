package io.myriapod.e2e.runtime;

import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.runtime.Containerd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A node with containerd and a network of its own, which is not ours, and no agent. Pod {@code web}
 * of {@code shop} asks for the macvlan {@code side}.
 */
final class PlainNode implements AutoCloseable {
  private static final String CLUSTER =
      """
      apiVersion: k8s.cni.cncf.io/v1
      kind: NetworkAttachmentDefinition
      metadata: {name: side, namespace: shop}
      spec:
        config: '{"cniVersion": "1.1.0", "name": "side", "type": "macvlan", "master": "parent0",
          "ipam": {"type": "host-local", "subnet": "10.92.0.0/24"}}'
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: web
        namespace: shop
        annotations: {k8s.v1.cni.cncf.io/networks: side}
      """;

  private final Path root;
  private final Netns netns = Netns.create("node");
  private Containerd containerd;

  /**
   * @param root stands for {@code /}
   * @param network what the runtime finds in {@code /etc/cni/net.d}
   */
  PlainNode(Path root, String network) throws IOException {
    this.root = root;
    netns.run("ip link set lo up && ip link add parent0 type veth peer name far0");
    netns.run("ip link set parent0 up && ip link set far0 up");
    write("etc/myriapod/cluster/cluster.yaml", CLUSTER);
    write("etc/cni/net.d/10-pods.conflist", network);
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Starts the runtime. */
  void boot() {
    containerd = Containerd.start(netns, root);
  }

  Netns netns() {
    return netns;
  }

  Containerd containerd() {
    return containerd;
  }

  /** Whether the runtime has found our network, and is content with it. */
  boolean callsUs() {
    return containerd.sandboxes().networkComplaint().isEmpty()
        && containerd.calls().of("STATUS") > 0;
  }

  @Override
  public void close() {
    if (containerd != null) {
      containerd.close();
    }
    netns.close();
  }
}
