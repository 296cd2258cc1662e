package io.myriapod.vfio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
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

  static FormerDriver of(PciFunction function) {
    return new FormerDriver(function.driver(), function.driverOverride());
  }

  static FormerDriver from(Inverse inverse) {
    ObjectNode data = inverse.data();
    return new FormerDriver(text(data, "driver"), text(data, "override"));
  }

  Inverse toInverse() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    driver.ifPresent(name -> data.put("driver", name));
    override.ifPresent(name -> data.put("override", name));
    return new Inverse(KIND, UndoClass.DEVICE, data);
  }

  private static Optional<String> text(ObjectNode data, String name) {
    return Optional.ofNullable(data.get(name)).map(JsonNode::asText);
  }
}
