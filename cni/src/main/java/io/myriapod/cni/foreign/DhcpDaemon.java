package io.myriapod.cni.foreign;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * What sets the reference plugin {@code dhcp} apart from other IPAM plugins. Its work is done by a
 * daemon of the node, of which its STATUS says nothing; and its DEL sends a packet over the pod's
 * interface, without which the server keeps the lease until it runs out.
 */
public final class DhcpDaemon {
  private static final String TYPE = "dhcp";
  private static final String USUAL_SOCKET = "/run/cni/dhcp.sock";

  private DhcpDaemon() {}

  /** Whether DEL of the IPAM plugin of that type must come before the interface goes. */
  public static boolean releasesOverTheLink(String type) {
    return type.equals(TYPE);
  }

  /**
   * Looks whether somebody listens where the plugin looks for its daemon; nothing for IPAM plugins
   * of other types.
   *
   * @throws CniException 50 if not
   */
  public static void requireThere(NetworkConfig config) {
    Optional<ConfigObject> ipam =
        config
            .ipam()
            .filter(one -> one.string("type").filter(DhcpDaemon::releasesOverTheLink).isPresent());
    if (ipam.isPresent()) {
      requireListener(ipam.get().string("daemonSocketPath").orElse(USUAL_SOCKET));
    }
  }

  private static void requireListener(String socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false); // one that has much to do is there all the same
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException | IllegalArgumentException e) {
      throw new CniException(
          ErrorCode.UNAVAILABLE,
          "IPAM plugin \"dhcp\": nobody listens at %s: %s"
              .formatted(Quoted.shortened(socket), e.getMessage()),
          "start its daemon on the node (`dhcp daemon`), or correct \"ipam.daemonSocketPath\"",
          e);
    }
  }
}
