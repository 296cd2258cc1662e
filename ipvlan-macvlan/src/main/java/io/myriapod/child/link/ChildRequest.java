package io.myriapod.child.link;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.RequestedMac;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/**
 * What a kind reads its config from.
 *
 * @param mac the one that config, arguments and capabilities ask for
 * @param before what the plugin before in the chain gave; after an ADD the result of all of them
 */
public record ChildRequest(
    NetworkConfig config, Optional<MacAddress> mac, Optional<CniResult> before) {

  public static ChildRequest of(PluginRequest request) {
    return new ChildRequest(
        request.config(), RequestedMac.orConfigured(request), request.prevResult());
  }

  static ChildRequest of(StatusRequest request) {
    return new ChildRequest(
        request.config(), RequestedMac.in(request.config().root()), Optional.empty());
  }

  public ConfigObject root() {
    return config.root();
  }
}
