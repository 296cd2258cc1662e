package io.myriapod.agent.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * The stage: one namespace as the node, one as the pod's sandbox, one at the far end of the node's
 * wires. {@code parent0} and {@code parent1} of the node lead to {@code far0} and {@code far1};
 * {@code port2} will be plugged into the third network's bridge and leads to {@code far2}.
 */
final class DemoNode implements AutoCloseable {
  private final String prefix;

  private DemoNode(String prefix) {
    this.prefix = prefix;
  }

  /** Makes the namespaces and the wires. */
  static DemoNode create(String prefix) {
    DemoNode node = new DemoNode(prefix);
    for (String namespace : List.of(node.node(), node.pod(), node.far())) {
      Shell.run("ip", "netns", "add", namespace);
      Shell.run("ip", "-n", namespace, "link", "set", "lo", "up");
    }
    node.wire("parent0", "far0");
    node.wire("parent1", "far1");
    node.wire("port2", "far2");
    node.ip(node.far(), "addr", "add", "10.20.0.1/24", "dev", "far0");
    node.ip(node.far(), "addr", "add", "fd00:30::1/64", "dev", "far1", "nodad");
    node.ip(node.far(), "addr", "add", "10.40.0.250/24", "dev", "far2");
    return node;
  }

  private void wire(String near, String farEnd) {
    ip(node(), "link", "add", near, "type", "veth", "peer", "name", farEnd, "netns", far());
    ip(node(), "link", "set", near, "up");
    ip(far(), "link", "set", farEnd, "up");
  }

  /** The third network's bridge exists only once a pod is on it; then the far end is plugged in. */
  void plugIntoBridge(String bridge) {
    ip(node(), "link", "set", "port2", "master", bridge);
  }

  /** Takes the far end off again and removes bridges, which stay after DEL by design. */
  void removeBridges(String... bridges) {
    ip(node(), "link", "set", "port2", "nomaster");
    for (String bridge : bridges) {
      ip(node(), "link", "delete", bridge);
    }
  }

  /** Pings three times at most until one answer came back. */
  void ping(String namespace, String target) {
    Shell.run("nsenter", "--net=" + path(namespace), "ping", "-c", "1", "-w", "3", "-q", target);
  }

  String ip(String namespace, String... arguments) {
    String[] command = new String[arguments.length + 3];
    command[0] = "ip";
    command[1] = "-n";
    command[2] = namespace;
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return Shell.run(command);
  }

  String node() {
    return prefix + "-node";
  }

  String pod() {
    return prefix + "-pod";
  }

  String far() {
    return prefix + "-far";
  }

  static Path path(String namespace) {
    return Path.of("/run/netns", namespace);
  }

  @Override
  public void close() {
    for (String namespace : List.of(pod(), far(), node())) {
      Shell.run("ip", "netns", "delete", namespace);
    }
  }
}
