package io.myriapod.cni.plugin;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.types.MacAddress;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The MAC address that a request asks for. The last of these wins: {@code MAC} of CNI_ARGS, {@code
 * args.cni.mac}, the capability {@code runtimeConfig.mac}.
 */
public final class RequestedMac {
  private static final String WANTED = "a unicast Ethernet address such as \"02:00:5e:10:00:01\"";

  private RequestedMac() {}

  /** The one that wins, if there is one. Every one of them must be an address that a link takes. */
  public static Optional<MacAddress> of(PluginRequest request) {
    return Stream.of(
            request.args().get("MAC").flatMap(RequestedMac::ofArgs),
            in(request.config().args()),
            in(request.config().runtimeConfig()))
        .flatMap(Optional::stream)
        .reduce((earlier, later) -> later);
  }

  /** The same, before all of them the configuration's own {@code mac}. */
  public static Optional<MacAddress> orConfigured(PluginRequest request) {
    Optional<MacAddress> configured = in(request.config().root());
    return of(request).or(() -> configured);
  }

  /** The {@code mac} of that object. */
  public static Optional<MacAddress> in(ConfigObject object) {
    Optional<String> text = object.string("mac").filter(mac -> !mac.isEmpty());
    try {
      return text.map(RequestedMac::assignable);
    } catch (IllegalArgumentException e) {
      throw object.invalid("mac", text.orElse(""), WANTED);
    }
  }

  private static Optional<MacAddress> ofArgs(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(assignable(text));
    } catch (IllegalArgumentException e) {
      throw CniArgs.invalid("MAC", text, WANTED);
    }
  }

  private static MacAddress assignable(String text) {
    MacAddress mac = MacAddress.parse(text);
    if (!mac.isAssignable()) {
      throw new IllegalArgumentException("multicast or zero");
    }
    return mac;
  }
}
