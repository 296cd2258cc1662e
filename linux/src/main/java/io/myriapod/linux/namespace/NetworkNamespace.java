package io.myriapod.linux.namespace;

import io.myriapod.linux.address.Addresses;
import io.myriapod.linux.libc.Descriptor;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.LinkNamespace;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.lock.FileLock;
import io.myriapod.linux.neighbour.Neighbours;
import io.myriapod.linux.netlink.RouteSocket;
import io.myriapod.linux.packet.PacketSender;
import io.myriapod.linux.route.Routes;
import io.myriapod.linux.rule.Rules;
import io.myriapod.linux.sys.BootId;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.linux.traffic.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * An open network namespace. Opening is cheap (0.02 ms; 0.1 ms more with the first use of a pod's);
 * a handle is meant for one operation by one thread at a time and is then closed, as it keeps the
 * namespace alive.
 *
 * <p>Sockets are opened inside by a visit and used from outside. Nothing else of the process ever
 * runs in the namespace.
 */
public final class NetworkNamespace implements LinkNamespace, AutoCloseable {
  private static final Path ROOT = Path.of("/");
  private static final Path PROC_SYS = Path.of("/proc/sys");

  /** Cookie of the process's own namespace: the node's, unless a {@code Node} says otherwise. */
  public static final LongSupplier OWN = () -> OwnNamespace.COOKIE;

  private final Descriptor descriptor;
  private final boolean here;
  private final Supplier<String> bootId;
  private final LongSupplier nodeCookie;
  private Optional<RouteSocket> socket = Optional.empty();

  private NetworkNamespace(
      Descriptor descriptor, boolean here, Supplier<String> bootId, LongSupplier nodeCookie) {
    this.descriptor = descriptor;
    this.here = here;
    this.bootId = bootId;
    this.nodeCookie = nodeCookie;
  }

  private static final class OwnNamespace {
    static final long COOKIE = cookie();

    private static long cookie() {
      try (RouteSocket socket = RouteSocket.open()) {
        return socket.namespaceCookie();
      }
    }
  }

  /** The calling thread's namespace, which is the process's. No visits are needed. */
  public static NetworkNamespace current() {
    return current(BootId::read);
  }

  /** As {@link #current()}, with another boot id. */
  public static NetworkNamespace current(Supplier<String> bootId) {
    Descriptor descriptor = NamespaceFile.open(ROOT, Path.of("/proc/thread-self/ns/net"));
    return new NetworkNamespace(descriptor, true, bootId, OWN);
  }

  /** The namespace at that path, below {@code /}. */
  public static NetworkNamespace open(Path path) {
    return open(ROOT, path, BootId::read, OWN);
  }

  /**
   * The namespace at that path.
   *
   * @param root where absolute paths and links start; {@code /proc/1/root} from a container
   * @param nodeCookie the cookie of the node's namespace, asked for when it matters
   * @throws ErrnoException {@code open netns path "/run/netns/x": ENOENT}
   * @throws NotANetworkNamespaceException if something else is there
   */
  public static NetworkNamespace open(
      Path root, Path path, Supplier<String> bootId, LongSupplier nodeCookie) {
    return new NetworkNamespace(NamespaceFile.open(root, path), false, bootId, nodeCookie);
  }

  @Override
  public int fd() {
    return descriptor.fd();
  }

  /**
   * Boot id and cookie, {@code 3f2c…:17}: no other namespace ever has the same. (Inode numbers are
   * given out again at once.)
   */
  public String id() {
    return bootId.get() + ":" + Long.toUnsignedString(cookie());
  }

  /** SO_NETNS_COOKIE: unique until the machine starts anew. */
  public long cookie() {
    return socket().namespaceCookie();
  }

  /** Whether it is the node's own namespace. */
  public boolean isNode() {
    return cookie() == nodeCookie.getAsLong();
  }

  /**
   * The number (nsid) that this namespace has for another one, as {@code Link.parentNamespace}
   * gives it; empty if no link of this one has to do with the other.
   */
  public Optional<Integer> numberOf(NetworkNamespace other) {
    return NamespaceNumbers.of(socket(), other);
  }

  @Override
  public Links links() {
    return new Links(socket(), this::isNode);
  }

  public Addresses addresses() {
    return new Addresses(socket());
  }

  public Routes routes() {
    return new Routes(socket());
  }

  public Rules rules() {
    return new Rules(socket());
  }

  public Neighbours neighbours() {
    return new Neighbours(socket());
  }

  public Traffic traffic() {
    return new Traffic(socket());
  }

  /** The sysctls as seen inside; each method is one visit. */
  public Sysctl sysctls() {
    return new Sysctl(
        PROC_SYS,
        new Sysctl.Place() {
          @Override
          public <T> T run(Supplier<T> access) {
            return visit(access::get);
          }
        });
  }

  /** Tells what changes from now on. The caller closes it. */
  public NamespaceWatch watch(Collection<NamespaceWatch.Topic> topics) {
    return visit(() -> NamespaceWatch.open(topics));
  }

  /** As {@link #watch(Collection)}. */
  public NamespaceWatch watch(NamespaceWatch.Topic... topics) {
    return watch(List.of(topics));
  }

  /** A sender of raw frames by that link. The caller closes it. */
  public PacketSender packets(int linkIndex) {
    return visit(() -> PacketSender.open(linkIndex));
  }

  /**
   * Runs something short inside: opening sockets, reading and writing files of {@code
   * /proc/sys/net}. It must not start threads or processes (they would stay inside), nor log, nor
   * wait.
   *
   * @throws IllegalStateException with what it threw, if that was checked; unchecked ones as they
   *     are
   */
  public <T> T visit(Callable<T> work) {
    if (!here) {
      return Visit.to(descriptor, work);
    }
    try {
      return work.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("visit a network namespace: " + e.getMessage(), e);
    }
  }

  private RouteSocket socket() {
    RouteSocket open = socket.orElseGet(() -> visit(RouteSocket::open));
    socket = Optional.of(open);
    return open;
  }

  /**
   * Takes the lock of the namespace itself, which the reference plugins take by its path: an
   * exclusive flock(2), held until this handle is closed.
   *
   * @return false if somebody else kept it for that long
   */
  public boolean lock(Duration patience) {
    return FileLock.take(descriptor, "lock the network namespace", patience);
  }

  /** Closes the handle and its sockets; watches and senders are closed by who opened them. */
  @Override
  public void close() {
    socket.ifPresent(RouteSocket::close);
    descriptor.close();
  }
}
