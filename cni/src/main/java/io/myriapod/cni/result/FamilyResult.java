package io.myriapod.cni.result;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.version.CniVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Results of 0.1.0 and 0.2.0: one address per family, no interfaces. */
final class FamilyResult {
  private FamilyResult() {}

  /** Only the first address of each family fits; so do its routes, with destination and gateway. */
  static ObjectNode encode(CniResult result, CniVersion version) {
    ObjectNode object = Json.object();
    object.put("cniVersion", version.text());
    boolean v4 = encode(object, "ip4", result, false);
    boolean v6 = encode(object, "ip6", result, true);
    if (!v4 && !v6) {
      throw new CniException(
          ErrorCode.INCOMPATIBLE_VERSION,
          "cannot convert: no valid IP addresses",
          "a result without addresses needs \"cniVersion\" 0.3.0 or newer: this one is "
              + version.text());
    }
    object.set("dns", ResultWriter.dns(result.dns()));
    return object;
  }

  private static boolean encode(ObjectNode object, String key, CniResult result, boolean v6) {
    Optional<Address> first =
        result.addresses().stream().filter(each -> each.address().isV6() == v6).findFirst();
    if (first.isEmpty()) {
      return false;
    }
    ObjectNode family = object.putObject(key);
    family.put("ip", first.get().address().toString());
    ResultWriter.address(family, "gateway", first.get().gateway());
    List<Route> routes =
        result.routes().stream().filter(each -> each.destination().isV6() == v6).toList();
    if (!routes.isEmpty()) {
      ArrayNode list = family.putArray("routes");
      for (Route route : routes) {
        ObjectNode entry = list.addObject();
        entry.put("dst", route.destination().toString());
        ResultWriter.address(entry, "gw", route.gateway());
      }
    }
    return true;
  }

  static CniResult decode(ObjectNode object) {
    ResultFields fields = new ResultFields(object, "CNI result");
    List<Address> addresses = new ArrayList<>();
    List<Route> routes = new ArrayList<>();
    for (String key : List.of("ip4", "ip6")) {
      fields
          .object(key)
          .ifPresent(
              family -> {
                addresses.add(
                    new Address(family.prefix("ip"), family.address("gateway"), Optional.empty()));
                family.objects("routes").stream()
                    .map(route -> Route.via(route.prefix("dst"), route.address("gw")))
                    .forEach(routes::add);
              });
    }
    return new CniResult(List.of(), addresses, routes, fields.dns());
  }
}
