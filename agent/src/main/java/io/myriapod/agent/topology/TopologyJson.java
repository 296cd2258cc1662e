package io.myriapod.agent.topology;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.topology.Topology.Leg;
import io.myriapod.agent.topology.Topology.Part;
import io.myriapod.agent.topology.Topology.Pod;
import io.myriapod.cni.json.Json;
import java.util.Locale;

/** The whole of it, for programs. */
public final class TopologyJson {
  private TopologyJson() {}

  /** {@code node}, {@code parts}, {@code networks}, {@code pods}; absent is what nobody knows. */
  public static ObjectNode of(Topology topology) {
    ObjectNode json = Json.object().put("node", topology.node());
    ArrayNode parts = json.putArray("parts");
    topology.parts().forEach(part -> put(parts.addObject(), part));
    ArrayNode networks = json.putArray("networks");
    topology
        .networks()
        .forEach(
            network -> {
              ObjectNode one = networks.addObject().put("name", network.name());
              network.types().forEach(one.putArray("types")::add);
            });
    ArrayNode pods = json.putArray("pods");
    topology.pods().forEach(pod -> put(pods.addObject(), pod));
    return json;
  }

  private static void put(ObjectNode json, Part part) {
    json.put("id", part.id())
        .put("kind", part.kind().name().toLowerCase(Locale.ROOT))
        .put("name", part.name());
    part.notes().forEach(json.putArray("notes")::add);
    part.on().forEach(json.putArray("on")::add);
  }

  private static void put(ObjectNode json, Pod pod) {
    json.put("pod", pod.name());
    ArrayNode legs = json.putArray("interfaces");
    pod.legs().forEach(leg -> put(legs.addObject(), leg));
  }

  private static void put(ObjectNode json, Leg leg) {
    json.put("interface", leg.interfaceName());
    leg.network().ifPresent(network -> json.put("network", network));
    leg.part().ifPresent(part -> json.put("on", part));
    leg.addresses().forEach(json.putArray("addresses")::add);
    leg.mac().ifPresent(mac -> json.put("mac", mac));
    leg.device().ifPresent(device -> json.put("device", device));
    leg.trouble().ifPresent(trouble -> json.put("trouble", trouble));
  }
}
