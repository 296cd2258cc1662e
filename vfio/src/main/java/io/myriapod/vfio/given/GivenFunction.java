package io.myriapod.vfio.given;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.PciAddress;

/** A PCI function with a driver for programs was given to a pod: reset it when they have gone. */
public record GivenFunction(PciAddress pci) {
  public static final String KIND = "userspace-device";

  public static GivenFunction from(Inverse inverse) {
    return new GivenFunction(new PciAddress(inverse.data().path("pci").asText()));
  }

  public Inverse toInverse() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    return new Inverse(KIND, UndoClass.DEVICE, data.put("pci", pci.value()));
  }
}
