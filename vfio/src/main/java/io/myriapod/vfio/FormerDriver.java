package io.myriapod.vfio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import java.util.Optional;

/**
 * What a function had before its driver was changed.
 *
 * @param driver absent if none was bound
 * @param override absent if nobody had named one
 */
record FormerDriver(Optional<String> driver, Optional<String> override) {
  static final String KIND = "driver";

  static FormerDriver of(PciFunction function, PciBus bus) {
    return new FormerDriver(function.driver(), bus.driverOverrideOf(function.address()));
  }

  static FormerDriver from(Inverse inverse) {
    return from(inverse.data());
  }

  static FormerDriver from(JsonNode json) {
    return new FormerDriver(text(json, "driver"), text(json, "override"));
  }

  Inverse toInverse() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    putInto(data);
    return new Inverse(KIND, UndoClass.DEVICE, data);
  }

  void putInto(ObjectNode json) {
    driver.ifPresent(name -> json.put("driver", name));
    override.ifPresent(name -> json.put("override", name));
  }

  private static Optional<String> text(JsonNode json, String name) {
    return Optional.ofNullable(json.get(name)).map(JsonNode::asText);
  }
}
