package io.myriapod.cni.result;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.version.CniVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Results from 0.3.0 on: lists of interfaces, addresses and routes. */
final class ListedResult {
  private static final Logger LOG = LoggerFactory.getLogger(ListedResult.class);

  private ListedResult() {}

  static ObjectNode encode(CniResult result, CniVersion version) {
    ObjectNode object = Json.object();
    object.put("cniVersion", version.text());
    if (!result.interfaces().isEmpty()) {
      ArrayNode interfaces = object.putArray("interfaces");
      result.interfaces().forEach(each -> interfaces.add(encode(each, version)));
    }
    if (!result.addresses().isEmpty()) {
      ArrayNode addresses = object.putArray("ips");
      result.addresses().forEach(each -> addresses.add(encode(each, version)));
    }
    if (!result.routes().isEmpty()) {
      ArrayNode routes = object.putArray("routes");
      result.routes().forEach(each -> routes.add(encode(each)));
    }
    object.set("dns", ResultWriter.dns(result.dns()));
    return object;
  }

  private static ObjectNode encode(Interface each, CniVersion version) {
    ObjectNode object = Json.object();
    object.put("name", each.name());
    ResultWriter.text(object, "mac", each.mac());
    boolean since1 = version.atLeast(CniVersion.V1_0_0);
    if (since1) {
      ResultWriter.number(object, "mtu", each.mtu());
    }
    ResultWriter.text(object, "sandbox", each.sandbox());
    if (since1) {
      ResultWriter.text(object, "socketPath", each.socketPath());
      ResultWriter.text(object, "pciID", each.pciId());
    }
    return object;
  }

  private static ObjectNode encode(Address each, CniVersion version) {
    ObjectNode object = Json.object();
    if (!version.atLeast(CniVersion.V1_0_0)) {
      object.put("version", each.address().isV6() ? "6" : "4");
    }
    ResultWriter.number(object, "interface", each.interfaceIndex());
    object.put("address", each.address().toString());
    ResultWriter.address(object, "gateway", each.gateway());
    return object;
  }

  private static ObjectNode encode(Route each) {
    ObjectNode object = Json.object();
    object.put("dst", each.destination().toString());
    ResultWriter.address(object, "gw", each.gateway());
    ResultWriter.number(object, "mtu", each.mtu());
    ResultWriter.number(object, "advmss", each.advmss());
    ResultWriter.number(object, "priority", each.priority());
    ResultWriter.number(object, "table", each.table());
    ResultWriter.number(object, "scope", each.scope());
    return object;
  }

  static CniResult decode(ObjectNode object) {
    ResultFields fields = new ResultFields(object, "CNI result");
    List<Interface> interfaces =
        fields.objects("interfaces").stream().map(ListedResult::decodeInterface).toList();
    List<Address> addresses = new ArrayList<>();
    for (ResultFields each : fields.objects("ips")) {
      addresses.add(
          new Address(
              each.prefix("address"), each.address("gateway"), index(each, interfaces.size())));
    }
    List<Route> routes = fields.objects("routes").stream().map(ListedResult::decodeRoute).toList();
    return new CniResult(interfaces, addresses, routes, fields.dns());
  }

  private static Interface decodeInterface(ResultFields each) {
    return new Interface(
        each.string("name").orElse(""),
        each.string("mac"),
        each.positive("mtu"),
        each.string("sandbox"),
        each.string("socketPath"),
        each.string("pciID"));
  }

  private static Route decodeRoute(ResultFields each) {
    return new Route(
        each.prefix("dst"),
        each.address("gw"),
        each.positive("mtu"),
        each.positive("advmss"),
        each.positive("priority"),
        each.integer("table"),
        each.integer("scope"));
  }

  /** An index beyond the list says nothing: libcni and the runtimes pass over it, so do we. */
  private static Optional<Integer> index(ResultFields address, int interfaces) {
    Optional<Integer> index = address.integer("interface");
    if (index.isPresent() && index.get() >= interfaces) {
      LOG.warn("{}: interface {} of {} is not there", address.where(), index.get(), interfaces);
      return Optional.empty();
    }
    return index;
  }
}
