package io.myriapod.linux;

import io.myriapod.linux.devlink.Devlink;
import io.myriapod.linux.namespace.NamespaceWatch;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.route.Uplink;
import io.myriapod.linux.sys.BootId;
import io.myriapod.linux.uevent.Uevents;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * The machine whose pods are served: where its namespaces are found, and which one is its own.
 * Immutable; may be shared by threads.
 */
public final class Node {
  private final Path root;
  private final Optional<Path> hostNetns;
  private final String bootId;

  /**
   * @param root where paths of namespaces start: {@code /}, or {@code /proc/1/root} from a
   *     container that shares the node's process ids
   * @param hostNetns the namespace that plays the node's; absent: the process's own
   */
  public Node(Path root, Optional<Path> hostNetns) {
    this(root, hostNetns, BootId.read());
  }

  /** A node that was started at another time: for tests of what a reboot leaves. */
  public Node(Path root, Optional<Path> hostNetns, String bootId) {
    this.root = root;
    this.hostNetns = hostNetns;
    this.bootId = bootId;
  }

  /** The machine that this process runs on, as it sees it. */
  public static Node local() {
    return new Node(Path.of("/"), Optional.empty());
  }

  /** Opens the node's own namespace; the caller closes it. */
  public NetworkNamespace openHost() {
    Supplier<String> boot = () -> bootId;
    return hostNetns
        .map(path -> NetworkNamespace.open(Path.of("/"), path, boot, () -> hostCookie(path)))
        .orElseGet(() -> NetworkNamespace.current(boot));
  }

  /**
   * Opens a pod's namespace; the caller closes it. See {@link NetworkNamespace#open(Path, Path,
   * Supplier, java.util.function.LongSupplier)} for what it throws.
   */
  public NetworkNamespace open(Path netns) {
    return NetworkNamespace.open(root, netns, () -> bootId, this::hostCookie);
  }

  /**
   * Namespaces that have a name, as the node names them; ip-netns(8). None if they cannot be read.
   */
  public List<Path> namedNamespaces() {
    Path names = Path.of("run/netns");
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(names))) {
      files.forEach(file -> found.add(Path.of("/").resolve(names).resolve(file.getFileName())));
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return found;
  }

  private long hostCookie() {
    return hostNetns.map(Node::hostCookie).orElseGet(NetworkNamespace.OWN::getAsLong);
  }

  private static long hostCookie(Path path) {
    try (NetworkNamespace host = NetworkNamespace.open(path)) {
      return host.cookie();
    }
  }

  /**
   * Tells what changes in the node's own namespace from now on: links that come, go, get up or lose
   * their carrier, addresses, routes. The caller closes it.
   *
   * <p>When a link goes down, Linux tells of it but not of the IPv4 routes that go with it: read
   * routes anew then. net/ipv4/fib_frontend.c, fib_disable_ip; seen with 6.18
   */
  public NamespaceWatch watch(NamespaceWatch.Topic... topics) {
    try (NetworkNamespace host = openHost()) {
      return host.watch(topics);
    }
  }

  /**
   * Tells what happens to devices from now on; of links to the node's own. The caller closes it.
   */
  public Uevents uevents() {
    return visitHost(Uevents::open);
  }

  /** Asks devlink about the functions of the node. The caller closes it. */
  public Devlink devlink() {
    return visitHost(Devlink::open);
  }

  private <T> T visitHost(Callable<T> work) {
    try (NetworkNamespace host = openHost()) {
      return host.visit(work);
    }
  }

  /** The boot id, 36 characters: another one after every start of the machine. */
  public String bootId() {
    return bootId;
  }

  /** The links over which the node reaches the world, as of now. */
  public Uplink uplink() {
    try (NetworkNamespace host = openHost()) {
      return Uplink.read(host.links(), host.routes());
    }
  }
}
