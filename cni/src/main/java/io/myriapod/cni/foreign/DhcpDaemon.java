package io.myriapod.cni.foreign;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * What sets the reference plugin {@code dhcp} apart from other IPAM plugins. Its work is done by a
 * daemon of the node, of which its STATUS says nothing; and its DEL sends a packet over the pod's
 * interface, without which the server keeps the lease until it runs out.
 */
public final class DhcpDaemon {
  private static final String TYPE = "dhcp";
  private static final String USUAL_SOCKET = "/run/cni/dhcp.sock";
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /**
   * How a client of Go's net/rpc begins over HTTP ({@code rpc.DialHTTP}), and what it waits for.
   */
  private static final String HELLO = "CONNECT /_goRPC_ HTTP/1.0\n\n";

  private static final String WELCOME = "HTTP/1.0 200";

  private DhcpDaemon() {}

  /** Whether DEL of the IPAM plugin of that type must come before the interface goes. */
  public static boolean releasesOverTheLink(String type) {
    return type.equals(TYPE);
  }

  /**
   * Looks whether the daemon answers, within a second, where the plugin looks for it; nothing for
   * IPAM plugins of other types.
   *
   * @param code of the exception that is thrown if not
   */
  public static void require(NetworkConfig config, int code, Deadline deadline) {
    Optional<ConfigObject> ipam =
        config
            .ipam()
            .filter(one -> one.string("type").filter(DhcpDaemon::releasesOverTheLink).isPresent());
    if (ipam.isPresent()) {
      String socket = ipam.get().string("daemonSocketPath").orElse(USUAL_SOCKET);
      finding(socket, deadline)
          .ifPresent(
              finding -> {
                throw silent(code, socket, finding);
              });
    }
  }

  private static CniException silent(int code, String socket, String finding) {
    return new CniException(
        code,
        "IPAM plugin \"dhcp\": its daemon does not answer at %s: %s"
            .formatted(Quoted.shortened(socket), finding),
        "start its daemon on the node (`dhcp daemon`), or correct \"ipam.daemonSocketPath\"");
  }

  private static Optional<String> finding(String socket, Deadline deadline) {
    Duration left = deadline.remaining();
    Deadline until = Deadline.in(left.compareTo(PATIENCE) < 0 ? left : PATIENCE);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
        return Optional.of("too many callers wait for it");
      }
      channel.write(ByteBuffer.wrap(HELLO.getBytes(StandardCharsets.UTF_8)));
      channel.register(selector, SelectionKey.OP_READ);
      return understood(read(channel, selector, until));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }
  }

  private static Optional<String> understood(String said) {
    if (said.startsWith(WELCOME)) {
      return Optional.empty();
    }
    return Optional.of(
        said.isEmpty()
            ? "it is silent"
            : "another program is there, which says " + Quoted.shortened(said));
  }

  /** The beginning of its first line, as far as it comes in time. */
  private static String read(SocketChannel channel, Selector selector, Deadline until)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(80);
    boolean open = true;
    while (open && !hasLine(buffer) && !until.passed()) {
      selector.select(Math.max(1, until.remaining().toMillis()));
      selector.selectedKeys().clear();
      open = channel.read(buffer) >= 0;
    }
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8)
        .lines()
        .findFirst()
        .orElse("");
  }

  private static boolean hasLine(ByteBuffer buffer) {
    for (int i = 0; i < buffer.position(); i++) {
      if (buffer.get(i) == '\n') {
        return true;
      }
    }
    return !buffer.hasRemaining();
  }
}
