package io.myriapod.ipam.fixed;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.config.IpamSection;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The IPAM type {@code static}: the addresses that configuration and pod name, held by nobody. The
 * reference's ipam/static; unlike there, CHECK finds an address that is missing from the result,
 * and {@code GATEWAY} also serves addresses of the configuration.
 */
public final class StaticAddresses {
  /** What {@code ipam.type} says. */
  public static final String TYPE = "static";

  private static final int MAX_ADDRESSES = 256;
  private static final String WANTED = "an address and a length such as \"10.1.2.3/24\"";
  private static final String WANTED_GATEWAY = "an address such as \"10.1.2.1\" or \"fd00::1\"";

  /**
   * Checks configuration and requested addresses; touches nothing.
   *
   * @throws CniException 7 if there would be no address at all
   */
  public void validate(PluginRequest request) {
    if (read(request.config(), request.args()).addresses().isEmpty()) {
      throw IpamSection.of(request.config())
          .invalid(
              "static: no address is configured or asked for",
              "set \"addresses\" in \"ipam\", or remove \"ipam\" for layer 2 alone");
    }
  }

  /** The addresses, routes and resolver settings of configuration and request. */
  public CniResult allocate(PluginRequest request) {
    return read(request.config(), request.args());
  }

  /** Every address, with its gateway, is in the previous result. Throws code 106. */
  public void check(PluginRequest request) {
    List<Address> present = request.prevResult().map(CniResult::addresses).orElse(List.of());
    for (Address wanted : read(request.config(), request.args()).addresses()) {
      boolean found = present.stream().anyMatch(address -> matches(wanted, address));
      if (!found) {
        throw new CniException(
            ErrorCode.CHECK_FAILED,
            "check address %s of %s/%s: static: Failed to match addr %s on interface %s"
                .formatted(
                    wanted.address(),
                    request.container(),
                    request.interfaceName(),
                    IpAddresses.format(wanted.address().address()),
                    request.interfaceName()),
            "the result of the ADD does not have it: the configuration changed since; recreate the pod");
      }
    }
  }

  private static boolean matches(Address wanted, Address found) {
    boolean sameAddress = wanted.address().address().equals(found.address().address());
    return sameAddress && (wanted.gateway().isEmpty() || wanted.gateway().equals(found.gateway()));
  }

  /** Throws code 7 if the configuration could serve no ADD. */
  public void status(StatusRequest request) {
    read(request.config(), CniArgs.empty());
  }

  private static CniResult read(NetworkConfig config, CniArgs args) {
    IpamSection section = IpamSection.of(config);
    List<Address> addresses = addresses(section, args);
    if (addresses.size() > MAX_ADDRESSES) {
      throw section.invalid(
          "%d addresses: at most %d are read".formatted(addresses.size(), MAX_ADDRESSES),
          "ask for fewer");
    }
    long v6 = addresses.stream().filter(address -> address.address().isV6()).count();
    section.requireFit(addresses.size() - v6, v6);
    return new CniResult(List.of(), addresses, section.routes(), section.dns());
  }

  /** {@code runtimeConfig} replaces {@code args}, which replaces configuration and environment. */
  private static List<Address> addresses(IpamSection section, CniArgs args) {
    List<Address> configured = configured(section);
    for (String text : listed(args, "IP")) {
      configured.add(plain(ofArgs("IP", text, IpPrefix::parse, WANTED)));
    }
    List<InetAddress> gateways = new ArrayList<>();
    for (String text : listed(args, "GATEWAY")) {
      gateways.add(ofArgs("GATEWAY", text, IpAddresses::parse, WANTED_GATEWAY));
    }
    List<IpPrefix> asked = section.argsIps(IpPrefix::parse, WANTED);
    List<IpPrefix> required = section.runtimeIps(IpPrefix::parse, WANTED);
    List<IpPrefix> replacing = required.isEmpty() ? asked : required;
    return replacing.isEmpty()
        ? withGateways(configured, gateways)
        : replacing.stream().map(StaticAddresses::plain).toList();
  }

  private static Address plain(IpPrefix address) {
    return new Address(address, Optional.empty(), Optional.empty());
  }

  private static <T> T ofArgs(String key, String text, Function<String, T> parser, String wanted) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw CniArgs.invalid(key, text, wanted);
    }
  }

  private static List<Address> configured(IpamSection section) {
    List<Address> addresses = new ArrayList<>();
    for (ConfigObject entry : section.keys().objects("addresses")) {
      Address address = configured(entry);
      if (addresses.stream().anyMatch(other -> other.address().equals(address.address()))) {
        throw entry.impossible("address", "want each address once");
      }
      addresses.add(address);
    }
    return addresses;
  }

  private static Address configured(ConfigObject entry) {
    IpPrefix address = entry.prefix("address").orElseThrow(() -> entry.missing("address", WANTED));
    Optional<InetAddress> gateway = entry.address("gateway");
    if (gateway.filter(one -> IpAddresses.isV6(one) != address.isV6()).isPresent()) {
      throw entry.impossible("gateway", "want an address of the family of " + address);
    }
    return new Address(address, gateway, Optional.empty());
  }

  private static List<Address> withGateways(List<Address> addresses, List<InetAddress> gateways) {
    List<Address> served = addresses;
    for (InetAddress gateway : gateways) {
      served = served.stream().map(address -> served(address, gateway)).toList();
    }
    return served;
  }

  private static Address served(Address address, InetAddress gateway) {
    return address.address().contains(gateway)
        ? new Address(address.address(), Optional.of(gateway), address.interfaceIndex())
        : address;
  }

  private static List<String> listed(CniArgs args, String key) {
    String text = args.get(key).orElse("").strip();
    if (text.isEmpty()) {
      return List.of();
    }
    List<String> items = new ArrayList<>();
    for (String item : text.split(",", IpamSection.MAX_REQUESTED + 1)) {
      items.add(item.strip());
    }
    return items;
  }
}
