package io.myriapod.agent.config;

import io.myriapod.cni.config.ConfigObject;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The object {@code http} of the configuration: metrics, health and the node's picture by HTTP, for
 * reading alone. Without it no port is open.
 *
 * @param address to listen at; one of the loopback unless {@code beyondLoopback} says otherwise
 * @param port 0 lets the kernel choose; which one it is stands in {@link AgentPaths#http()}
 */
public record HttpSettings(InetAddress address, int port) {
  static final String KEY = "http";

  private static final String ADDRESS = "address";
  private static final int USUAL_PORT = 9475;
  private static final int HIGHEST_PORT = 65_535;
  private static final String NO_PASSWORD =
      "a loopback address; whoever reaches another reads names and addresses of all pods without a"
          + " password: \"beyondLoopback\": true if that is meant";

  /** Throws CniException 7 naming key, value and what is allowed. */
  static Optional<HttpSettings> read(ConfigObject config) {
    return config.object(KEY).map(HttpSettings::of);
  }

  private static HttpSettings of(ConfigObject section) {
    boolean beyondLoopback = section.bool("beyondLoopback", false);
    InetAddress address = section.address(ADDRESS).orElseGet(InetAddress::getLoopbackAddress);
    if (!address.isLoopbackAddress() && !beyondLoopback) {
      throw section.invalid(ADDRESS, address.getHostAddress(), NO_PASSWORD);
    }
    return new HttpSettings(address, section.integer("port", 0, HIGHEST_PORT).orElse(USUAL_PORT));
  }
}
