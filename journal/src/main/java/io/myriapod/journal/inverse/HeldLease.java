package io.myriapod.journal.inverse;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;

/**
 * Addresses of a host-local pool are held: release all that this container and interface hold in
 * it.
 *
 * @param dataDir the directory of the pools, as the config has it
 * @param network the pool's name within it
 */
public record HeldLease(Path dataDir, String network, AttachmentKey key) {
  public static final String KIND = "host-local-lease";

  /**
   * Reads what {@link #toInverse()} wrote.
   *
   * @throws IllegalArgumentException if the inverse is of another kind or lacks a field
   */
  public static HeldLease from(Inverse inverse) {
    InverseFields fields = InverseFields.of(inverse, KIND);
    return new HeldLease(
        Path.of(fields.text("dataDir")),
        fields.text("network"),
        new AttachmentKey(
            new ContainerId(fields.text("container")),
            new InterfaceName(fields.text("interface"))));
  }

  public Inverse toInverse() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("dataDir", dataDir.toString());
    data.put("network", network);
    data.put("container", key.container().value());
    data.put("interface", key.interfaceName().value());
    return new Inverse(KIND, UndoClass.LEASE, data);
  }
}
