package io.myriapod.vfio.given;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.PciAddress;

/**
 * The kubelet gave a PCI function to a container: when the pod goes, it is reset, and gets the
 * driver back that it had before.
 *
 * @param loan the id of the loan that gave it a driver for that container; empty if none did
 */
public record LentFunction(PciAddress pci, String loan) {
  public static final String KIND = "lent-device";

  public static LentFunction from(Inverse inverse) {
    ObjectNode data = inverse.data();
    return new LentFunction(new PciAddress(data.path("pci").asText()), data.path("loan").asText());
  }

  /** Whether it is of that loan. */
  public boolean is(String id) {
    return loan.equals(id);
  }

  /** After the networks that take it have left it. */
  public Inverse toInverse() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    return new Inverse(KIND, UndoClass.CARD, data.put("pci", pci.value()).put("loan", loan));
  }
}
