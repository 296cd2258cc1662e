package io.myriapod.sriov;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.RequestedMac;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.ipam.link.LinkMtu;
import io.myriapod.types.PciAddress;
import java.util.Optional;

/**
 * The keys of an sriov config, as the reference plugin reads them, and {@code mtu}, {@code
 * allmulti}, {@code promisc} and {@code dad} of our own.
 *
 * @param mtu empty: as it is
 */
record SriovConfig(
    PciAddress device,
    WantedSettings card,
    Optional<Integer> mtu,
    Optional<Boolean> allMulticast,
    Optional<Boolean> promiscuous,
    DadPolicy dad) {

  /** Reads all keys and touches nothing. Throws CniException 7 that names key, value, allowed. */
  static SriovConfig parse(PluginRequest request) {
    NetworkConfig config = request.config();
    ConfigObject root = config.root();
    root.string("logLevel"); // the agent has its own log
    root.string("logFile");
    return new SriovConfig(
        device(config)
            .orElseThrow(
                () ->
                    root.missing(
                        "deviceID",
                        "the PCI address of a virtual function, by a device plugin or by hand")),
        WantedSettings.parse(root, RequestedMac.orConfigured(request)),
        LinkMtu.in(root),
        root.bool("allmulti"),
        root.bool("promisc"),
        DadPolicy.of(config));
  }

  /** What the device plugin chose, else what the network names; empty before an ADD. */
  static Optional<PciAddress> device(NetworkConfig config) {
    Optional<PciAddress> chosen = device(config.runtimeConfig(), "deviceID");
    Optional<PciAddress> named = device(config.root(), "deviceID");
    Optional<PciAddress> byBus = device(config.root(), "pciBusID");
    return chosen.or(() -> named).or(() -> byBus);
  }

  private static Optional<PciAddress> device(ConfigObject object, String key) {
    return object
        .string(key)
        .map(
            text ->
                PciAddress.of(text)
                    .orElseThrow(
                        () -> object.invalid(key, text, "a PCI address such as \"0000:01:10.2\"")));
  }
}
