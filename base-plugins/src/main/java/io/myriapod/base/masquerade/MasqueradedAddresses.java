package io.myriapod.base.masquerade;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.IpPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * An attachment's addresses in the table, as the journal keeps them. Kind {@code masquerade},
 * {@code {"version":1,"addresses":["10.1.2.3/24"]}}.
 */
record MasqueradedAddresses(List<IpPrefix> addresses) {
  static final String KIND = "masquerade";
  private static final int VERSION = 1;

  MasqueradedAddresses {
    addresses = List.copyOf(addresses);
  }

  /** Undone with the links, so that no address is handed out anew while it is still translated. */
  Inverse toInverse() {
    ObjectNode data = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    var list = data.putArray("addresses");
    addresses.forEach(address -> list.add(address.toString()));
    return new Inverse(KIND, UndoClass.LINK, data);
  }

  /** Throws {@link IllegalArgumentException} for a version that this program does not know. */
  static MasqueradedAddresses from(Inverse inverse) {
    int version = inverse.data().path("version").asInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "inverse of kind \"%s\" has version %d: want %d".formatted(KIND, version, VERSION));
    }
    List<IpPrefix> addresses = new ArrayList<>();
    inverse.data().path("addresses").forEach(text -> addresses.add(IpPrefix.parse(text.asText())));
    return new MasqueradedAddresses(addresses);
  }
}
