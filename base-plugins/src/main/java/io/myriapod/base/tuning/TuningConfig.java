package io.myriapod.base.tuning;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.RequestedMac;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.types.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of a tuning config, as the reference plugin reads them: what {@code args.cni} has, even
 * if it is nothing ({@code false}, 0, empty), replaces the same key of the config.
 */
record TuningConfig(List<SysctlSetting> sysctls, LinkTuning link) {
  private static final int LEAST_V6_MTU = 1280;

  TuningConfig {
    sysctls = List.copyOf(sysctls);
  }

  /** Reads all keys and touches nothing. Throws CniException 7 that names key, value, allowed. */
  static TuningConfig parse(PluginRequest request) {
    NetworkConfig config = request.config();
    config.root().path("dataDir"); // the journal has the originals; DEL reads old files there
    List<ConfigObject> places = List.of(config.args(), config.root());
    return new TuningConfig(
        SysctlSettings.parse(config, request.interfaceName()),
        new LinkTuning(
            mac(request),
            first(places.stream().map(one -> one.bool("promisc"))).filter(on -> on),
            first(places.stream().map(one -> one.integer("mtu", 0, Integer.MAX_VALUE)))
                .filter(mtu -> mtu > 0),
            first(places.stream().map(one -> one.bool("allmulti"))),
            first(places.stream().map(one -> one.integer("txQLen", 0, Integer.MAX_VALUE)))));
  }

  /** Each one is read, so that what does not win must be right too. */
  private static <T> Optional<T> first(Stream<Optional<T>> values) {
    return values.toList().stream().flatMap(Optional::stream).findFirst();
  }

  /** Unlike for other plugins, {@code args.cni.mac} wins over the runtime's. */
  private static Optional<MacAddress> mac(PluginRequest request) {
    Optional<MacAddress> elsewhere = RequestedMac.orConfigured(request);
    ConfigObject args = request.config().args();
    return args.has("mac") ? RequestedMac.in(args) : elsewhere;
  }

  /**
   * Refuses what would cost the link the addresses that it has.
   *
   * @throws CniException 7
   */
  void requireFitting(PluginRequest request, CniResult before) {
    boolean v6 =
        before.addresses().stream()
            .filter(one -> one.address().isV6())
            .anyMatch(
                one ->
                    one.interfaceIndex()
                        .map(before.interfaces()::get)
                        .map(Interface::name)
                        .map(request.interfaceName().value()::equals)
                        .orElse(true));
    link.mtu()
        .filter(mtu -> v6 && mtu < LEAST_V6_MTU)
        .ifPresent(
            mtu -> {
              throw request
                  .config()
                  .root()
                  .invalid(
                      "mtu",
                      mtu.toString(),
                      "at least 1280, since the interface has IPv6 addresses and would lose them");
            });
  }
}
