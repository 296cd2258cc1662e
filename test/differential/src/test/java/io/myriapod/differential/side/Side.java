package io.myriapod.differential.side;

import io.myriapod.differential.kernel.Picture;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A node with links {@code parent0} and {@code wire0}, the ends of one veth with the same MACs on
 * both sides, a folder that its plugins see as {@code /etc} and {@code /var/lib}, and one pod at a
 * time.
 */
public abstract class Side implements AutoCloseable {
  /** Which binaries and specification version a call is for, and what the call is. */
  public record Call(
      ReferencePlugins reference, String calledAs, Map<String, String> environment, String stdin) {}

  private static final String FILE = "node file ";
  private static final Duration SETTLED = Duration.ofSeconds(5);
  private static final String LINKS =
      """
      sysctl -qw net.ipv6.conf.default.dad_transmits=0 net.ipv6.conf.default.router_solicitation_delay=0
      ip link set lo up
      ip link add parent0 address 02:00:00:00:ff:01 type veth peer name wire0 address 02:00:00:00:ff:02
      ip link set parent0 up
      ip link set wire0 up
      """;
  private static final String POD =
      "sysctl -qw net.ipv6.conf.default.dad_transmits=0"
          + " net.ipv6.conf.default.router_solicitation_delay=0";

  private final Path root;
  private final Netns node;
  private final Picture untouched;
  private Netns pod;

  /**
   * @param name of the side, for its folders
   */
  protected Side(String name) {
    try {
      this.root = Files.createTempDirectory("differential-" + name);
      for (String folder : new String[] {"etc/cni/tuning", "var/lib/cni", "run/cni"}) {
        Files.createDirectories(root.resolve(folder));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("make the folders of a side", e);
    }
    this.node = Netns.create(name);
    node.run(LINKS);
    this.pod = freshPod();
    node.settle();
    this.untouched = picture();
  }

  private static Netns freshPod() {
    Netns fresh = Netns.create("pod");
    fresh.run(POD);
    return fresh;
  }

  /** Runs a plugin, whatever becomes of it. */
  public abstract Result run(Call call);

  /** Whose folders {@code /etc} and {@code /var/lib} are. */
  public Path root() {
    return root;
  }

  /** The node's own namespace. */
  public Netns node() {
    return node;
  }

  /** The pod of now. */
  public Netns pod() {
    return pod;
  }

  /** Node and pod before anything happened. */
  public Picture untouched() {
    return untouched;
  }

  /** Node, pod and leases now. */
  public Picture picture() {
    return Picture.of(node, pod, files());
  }

  private Map<String, String> files() {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(root.resolve("var/lib"))) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        String path = root.relativize(file).toString();
        if (!path.startsWith("var/lib/myriapod/") && !path.endsWith("/lock")) {
          contents.put(path, Files.readString(file));
        }
      }
      return contents;
    } catch (IOException e) {
      throw new UncheckedIOException("read the leases below " + root, e);
    }
  }

  /**
   * Makes node and pod again what they were in the beginning, and shows that they are.
   *
   * @param now what they are; empty if that is not known
   */
  public void restore(Optional<Picture> now) {
    Map<String, String> changes =
        now.map(picture -> picture.since(untouched))
            .orElseGet(() -> Picture.ofNodeSince(untouched, node, files()));
    if (now.isEmpty() || changes.keySet().stream().anyMatch(path -> path.startsWith("pod "))) {
      pod.close();
      pod = freshPod();
    }
    changes.keySet().removeIf(this::deletesFile);
    changes.keySet().removeIf(path -> path.startsWith("pod "));
    if (!changes.isEmpty()) {
      Sweep.of(changes, untouched, node);
      requireUntouched();
    }
  }

  private boolean deletesFile(String path) {
    if (!path.startsWith(FILE)) {
      return false;
    }
    try {
      Files.deleteIfExists(root.resolve(path.substring(FILE.length())));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + path, e);
    }
  }

  private void requireUntouched() {
    Map<String, String> left = new TreeMap<>();
    try {
      Waiting.until(
          SETTLED,
          () -> {
            left.clear();
            left.putAll(Picture.ofNodeSince(untouched, node, files()));
            return left.isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError("the node of a side cannot be made as it was: " + left, e);
    }
  }

  @Override
  public void close() {
    pod.close();
    node.close();
  }
}
