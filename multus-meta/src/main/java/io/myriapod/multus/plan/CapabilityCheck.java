package io.myriapod.multus.plan;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a pod asks of a network must reach a plugin that knows it, else the attachment fails. NPWG
 * 1.3, sections 4.1.2.1.2 and following.
 */
final class CapabilityCheck {
  /** The capabilities for which the specification demands it. */
  private static final List<String> DEMANDED =
      List.of("ips", "mac", "portMappings", "bandwidth", "infinibandGUID");

  private CapabilityCheck() {}

  /** Throws {@link CniException} 7 naming the first key that no plugin of the list knows. */
  static void require(WantedNetwork network) {
    NetworkList list = network.delegate().list();
    Set<String> offered = offered(list);
    Set<String> asked = network.options().capabilityArguments().keySet();
    for (String capability : DEMANDED) {
      if (asked.contains(capability) && !offered.contains(capability)) {
        throw new CniException(
            ErrorCode.INVALID_CONFIG,
            "network \"%s\": the annotation sets \"%s\", and no plugin of it (%s) has capability \"%s\""
                .formatted(network.delegate().name(), key(capability), types(list), capability),
            "add \"capabilities\": {\"%s\": true} to the plugin that shall get it, or set \"compat\": \"multus\""
                .formatted(capability));
      }
    }
  }

  private static Set<String> offered(NetworkList list) {
    return IntStream.range(0, list.plugins().size())
        .boxed()
        .flatMap(plugin -> list.capabilities(plugin).stream())
        .collect(Collectors.toSet());
  }

  private static String types(NetworkList list) {
    return list.plugins().stream().map(NetworkConfig::type).collect(Collectors.joining(", "));
  }

  private static String key(String capability) {
    return capability.equals("infinibandGUID") ? "infiniband-guid" : capability;
  }
}
