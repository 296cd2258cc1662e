package io.myriapod.sriov;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.PciAddress;

/**
 * A card was told something of a virtual function: tell it what it said before.
 *
 * @param former as far as it was told something else
 */
record GivenSettings(PciAddress function, CardSettings former) {
  static final String KIND = "vf-settings";

  /** Reads what one of the others wrote. */
  static GivenSettings from(Inverse inverse) {
    ObjectNode data = inverse.data();
    return new GivenSettings(
        new PciAddress(data.path("function").asText()), CardSettings.from(data.path("former")));
  }

  /**
   * To be told before the function comes home: the MAC, so that its driver takes that over with its
   * interface, and while a function that was trusted still is.
   */
  Inverse beforeHomecoming() {
    return toInverse(UndoClass.SETTING);
  }

  /** To be told when it is home: without its VLAN the pod would hear others'. */
  Inverse afterHomecoming() {
    return toInverse(UndoClass.CARD);
  }

  private Inverse toInverse(UndoClass undoClass) {
    ObjectNode data = JsonNodeFactory.instance.objectNode().put("function", function.value());
    data.set("former", former.toJson());
    return new Inverse(KIND, undoClass, data);
  }
}
