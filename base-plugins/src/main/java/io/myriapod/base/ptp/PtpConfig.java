package io.myriapod.base.ptp;

import io.myriapod.base.veth.VethUpkeep;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NodeOwnKeys;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.RequestedMac;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.ipam.link.LinkMtu;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/**
 * The keys of a ptp config, as the reference plugin reads them, and of our own {@code dad} and the
 * MAC that a pod may ask for.
 *
 * @param mtu empty: the kernel's default
 * @param mac of the pod's end; empty: chosen by us
 */
record PtpConfig(
    boolean masquerade, Optional<Integer> mtu, Optional<MacAddress> mac, DadPolicy dad) {

  /** Reads all keys and touches nothing. Throws CniException 7 that names key, value, allowed. */
  static PtpConfig parse(PluginRequest request) {
    ConfigObject root = request.config().root();
    NodeOwnKeys.requireNone(request.config());
    if (request.config().ipam().flatMap(ipam -> ipam.string("type")).isEmpty()) {
      throw root.missing("ipam", "address management with a \"type\"");
    }
    return new PtpConfig(
        VethUpkeep.translates(request.config()),
        LinkMtu.in(root),
        RequestedMac.of(request),
        DadPolicy.of(request.config()));
  }
}
