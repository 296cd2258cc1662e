package io.myriapod.cni.result;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.json.Json;
import io.myriapod.types.IpAddresses;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The parts that results of all versions have in common; what is absent is left out. */
final class ResultWriter {
  private ResultWriter() {}

  static ObjectNode dns(Dns dns) {
    ObjectNode object = Json.object();
    strings(object, "nameservers", dns.nameservers());
    text(object, "domain", Optional.of(dns.domain()).filter(domain -> !domain.isEmpty()));
    strings(object, "search", dns.search());
    strings(object, "options", dns.options());
    return object;
  }

  static void address(ObjectNode object, String key, Optional<InetAddress> address) {
    text(object, key, address.map(IpAddresses::format));
  }

  static void text(ObjectNode object, String key, Optional<String> value) {
    value.ifPresent(text -> object.put(key, text));
  }

  static void number(ObjectNode object, String key, Optional<Integer> value) {
    value.ifPresent(number -> object.put(key, number));
  }

  private static void strings(ObjectNode object, String key, List<String> values) {
    if (!values.isEmpty()) {
      values.forEach(object.putArray(key)::add);
    }
  }
}
