package io.myriapod.kubernetes.annotation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A port of the node that leads to one of the pod.
 *
 * @param protocol TCP, UDP or SCTP in any case, kept as written
 * @param hostIp the node's address it is bound to; all of them if absent
 */
public record PortMapping(
    int hostPort, int containerPort, String protocol, Optional<String> hostIp) {
  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");

  /** Throws {@link IllegalArgumentException} that says which value is wrong. */
  public PortMapping {
    requirePort("hostPort", hostPort);
    requirePort("containerPort", containerPort);
    if (!PROTOCOLS.contains(protocol.toUpperCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "protocol \"%s\": want \"TCP\", \"UDP\" or \"SCTP\"".formatted(protocol));
    }
  }

  private static void requirePort(String key, int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("%s %d: want 1 to 65535".formatted(key, port));
    }
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("hostPort", hostPort).put("containerPort", containerPort).put("protocol", protocol);
    hostIp.ifPresent(address -> json.put("hostIP", address));
    return json;
  }
}
