package io.myriapod.agent.devices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.deviceplugin.config.DeviceType;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.device.NodeDevice.Physical;
import io.myriapod.deviceplugin.pool.Entry;
import io.myriapod.deviceplugin.pool.Holdings.Holder;
import io.myriapod.deviceplugin.pool.Selection;
import io.myriapod.deviceplugin.pool.Selection.Claim;
import io.myriapod.deviceplugin.pool.Selection.KeyVerdict;
import io.myriapod.deviceplugin.pool.Selection.Verdict;
import io.myriapod.linux.pci.PciIdentity;
import io.myriapod.types.Quoted;
import java.util.List;
import java.util.Optional;

/** One device, what pools make of it, and why. */
record DeviceRow(Selection selection, Entry entry) {
  private static final int LONGEST_WISH = 60;

  /** The pools that want it, or would had it a driver, without the one that has it. */
  List<ResourceName> wantedBy() {
    List<Claim> claims = selection.claims(entry.device());
    if (claims.isEmpty() && entry.device().driver().isEmpty()) {
      claims = selection.possibleClaims(entry.device());
    }
    return claims.stream()
        .map(claim -> claim.pool().resource())
        .filter(name -> !entry.resource().equals(Optional.of(name)))
        .toList();
  }

  boolean concerns(ResourceName pool) {
    return entry.resource().equals(Optional.of(pool)) || wantedBy().contains(pool);
  }

  /** Whether somebody who looks for a device of a pool would look at it. */
  boolean isCandidate() {
    return entry.claim().isPresent()
        || entry.obstacle().isPresent()
        || entry.device().physical().isPresent();
  }

  /** Why it is not healthy or in no pool, in words that follow its name; empty if it is healthy. */
  Optional<String> reason() {
    if (entry.claim().isPresent() || entry.obstacle().isPresent()) {
      return entry.obstacle();
    }
    return Optional.of(
        selection.pools().isEmpty()
            ? "is in no pool: none is configured"
            : narrowMiss().orElse("is wanted by no pool"));
  }

  /** Of the selectors that all but one key allow it the one with the most keys. */
  private Optional<String> narrowMiss() {
    return selection.verdicts(entry.device()).stream()
        .filter(Verdict::isOfType)
        .filter(verdict -> refusing(verdict).size() == 1)
        .reduce((one, other) -> other.keys().size() > one.keys().size() ? other : one)
        .map(verdict -> miss(verdict.pool().resource(), refusing(verdict).get(0)));
  }

  private static List<KeyVerdict> refusing(Verdict verdict) {
    return verdict.keys().stream().filter(key -> !key.allows()).toList();
  }

  private static String miss(ResourceName pool, KeyVerdict key) {
    return "differs from %s in %s: want %s, got %s"
        .formatted(
            pool,
            key.key(),
            Quoted.oneLine(key.wanted(), LONGEST_WISH),
            Quoted.oneLine(key.got(), LONGEST_WISH));
  }

  /** All that is known of it; absent is what nobody knows. */
  ObjectNode json() {
    NodeDevice device = entry.device();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", device.id().value())
            .put("type", type(device).word());
    if (device.isAuxiliary()) {
      json.put("function", device.pci().value());
    }
    device.auxiliaryType().ifPresent(type -> json.put("auxType", type));
    json.put("vendor", device.vendor()).put("device", device.device());
    json.put("class", "%06x".formatted(device.classCode()));
    device.driver().ifPresent(driver -> json.put("driver", driver));
    device.physical().ifPresent(physical -> json.set("pf", json(physical)));
    device.linkNames().forEach(json.putArray("interfaces")::add);
    device.carrier().ifPresent(carrier -> json.put("carrier", carrier));
    device.linkType().ifPresent(type -> json.put("linkType", type));
    device.numaNode().ifPresent(node -> json.put("numaNode", node));
    json.put("virtualFunctions", device.virtualFunctions());
    json.put("subFunctions", device.subFunctions());
    device.usedByNode().ifPresent(use -> json.put("usedByNode", use));
    return withPools(json);
  }

  static DeviceType type(NodeDevice device) {
    if (device.isAuxiliary()) {
      return DeviceType.AUX_NET_DEVICE;
    }
    return device.baseClass() == PciIdentity.PROCESSING_ACCELERATOR
        ? DeviceType.ACCELERATOR
        : DeviceType.NET_DEVICE;
  }

  private static ObjectNode json(Physical physical) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("address", physical.pci().value())
            .put("index", physical.index());
    physical.linkNames().forEach(json.putArray("interfaces")::add);
    physical.carrier().ifPresent(carrier -> json.put("carrier", carrier));
    return json;
  }

  private ObjectNode withPools(ObjectNode json) {
    entry.resource().ifPresent(name -> json.put("resource", name.toString()));
    json.put("healthy", entry.isHealthy());
    reason().ifPresent(reason -> json.put("reason", reason));
    ArrayNode others = json.putArray("wantedBy");
    wantedBy().forEach(name -> others.add(name.toString()));
    entry.holder().ifPresent(holder -> json.set("holder", json(holder)));
    return json;
  }

  private static ObjectNode json(Holder holder) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("who", holder.who());
    holder.quarantine().ifPresent(why -> json.put("quarantine", why));
    return json;
  }
}
