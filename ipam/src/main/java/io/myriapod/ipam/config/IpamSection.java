package io.myriapod.ipam.config;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Dns;
import io.myriapod.cni.result.Route;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.Quoted;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The {@code ipam} object of a network configuration: what both built-in types read alike. */
public final class IpamSection {
  /** Routes that one configuration may ask for. */
  public static final int MAX_ROUTES = 256;

  /** Addresses that one pod may ask for. */
  public static final int MAX_REQUESTED = 64;

  private final NetworkConfig network;
  private final ConfigObject ipam;

  private IpamSection(NetworkConfig network, ConfigObject ipam) {
    this.network = network;
    this.ipam = ipam;
  }

  /** Throws code 7 if there is none. */
  public static IpamSection of(NetworkConfig network) {
    return new IpamSection(
        network,
        network
            .ipam()
            .orElseThrow(
                () ->
                    new CniException(
                        ErrorCode.INVALID_CONFIG,
                        "network %s: IPAM config missing 'ipam' key"
                            .formatted(Quoted.shortened(network.name())),
                        "add an \"ipam\" object with a \"type\"")));
  }

  /** The section itself. */
  public ConfigObject keys() {
    return ipam;
  }

  /** The network's name. */
  public String network() {
    return network.name();
  }

  /** The routes in their order. */
  public List<Route> routes() {
    List<ConfigObject> routes = ipam.objects("routes");
    requireAtMost(ipam, "routes", routes.size(), MAX_ROUTES);
    return routes.stream().map(IpamSection::route).toList();
  }

  private static Route route(ConfigObject route) {
    IpPrefix destination =
        route
            .prefix("dst")
            .orElseThrow(() -> route.missing("dst", "a network such as \"10.0.0.0/8\""));
    Optional<InetAddress> gateway = route.address("gw");
    if (gateway.filter(gw -> IpAddresses.isV6(gw) != destination.isV6()).isPresent()) {
      throw route.invalid(
          "gw", IpAddresses.format(gateway.get()), "an address of the family of " + destination);
    }
    return new Route(
        destination,
        gateway,
        route.integer("mtu", 0, 65535).filter(mtu -> mtu > 0),
        route.integer("advmss", 0, 65535).filter(advmss -> advmss > 0),
        route.integer("priority", 0, Integer.MAX_VALUE).filter(priority -> priority > 0),
        route.integer("table", 0, Integer.MAX_VALUE),
        route.integer("scope", 0, 255));
  }

  /** The resolver settings under {@code dns}. */
  public Dns dns() {
    return ipam.dns();
  }

  /** What {@code args.cni.ips} asks for. */
  public <T> List<T> argsIps(Function<String, T> parser, String wanted) {
    return ips(network.args(), parser, wanted);
  }

  /** What {@code runtimeConfig.ips} asks for. */
  public <T> List<T> runtimeIps(Function<String, T> parser, String wanted) {
    return ips(network.runtimeConfig(), parser, wanted);
  }

  private static <T> List<T> ips(ConfigObject asking, Function<String, T> parser, String wanted) {
    requireAtMost(asking, "ips", asking.strings("ips").size(), MAX_REQUESTED);
    return asking.parsedStrings("ips", parser, wanted);
  }

  /** Refuses more than one address of a family below 0.3.0, whose results cannot hold them. */
  public void requireFit(long v4, long v6) {
    if ((v4 > 1 || v6 > 1) && !network.cniVersion().atLeast(CniVersion.V0_3_0)) {
      throw invalid(
          "CNI version %s does not support more than 1 address per family"
              .formatted(network.cniVersion()),
          "set \"cniVersion\" to 0.3.0 or newer");
    }
  }

  /** A code 7 about this section. */
  public CniException invalid(String finding, String details) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "ipam of network %s: %s".formatted(Quoted.shortened(network.name()), finding),
        details);
  }

  private static void requireAtMost(ConfigObject object, String key, int count, int max) {
    if (count > max) {
      throw object.impossible(key, "it has %d elements, at most %d are read".formatted(count, max));
    }
  }
}
