package io.myriapod.journal.inverse;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A link of our own was created: delete it, if the one found by name or index is of that kind and
 * MAC.
 *
 * @param netnsPath where the namespace was found; absent for the host's own
 * @param namespaceId boot id and cookie of the namespace; absent if it could not be told
 * @param index 0 while the link is not created yet
 * @param linkKind as the kernel names it: {@code veth}, {@code macvlan}
 */
public record CreatedLink(
    Optional<String> netnsPath,
    Optional<String> namespaceId,
    InterfaceName name,
    int index,
    String linkKind,
    MacAddress mac) {
  public static final String KIND = "link";

  /** A link that is about to be created in a pod's namespace. */
  public static CreatedLink planned(
      Path netns, String namespaceId, InterfaceName name, String linkKind, MacAddress mac) {
    return new CreatedLink(
        Optional.of(netns.toString()), Optional.of(namespaceId), name, 0, linkKind, mac);
  }

  /**
   * Reads what {@link #toInverse()} wrote.
   *
   * @throws IllegalArgumentException if the inverse is of another kind or lacks a field
   */
  public static CreatedLink from(Inverse inverse) {
    InverseFields fields = InverseFields.of(inverse, KIND);
    return new CreatedLink(
        fields.optional("netns"),
        fields.optional("namespaceId"),
        new InterfaceName(fields.text("name")),
        fields.number("index"),
        fields.text("linkKind"),
        MacAddress.parse(fields.text("mac")));
  }

  /** The same link, now that the kernel has numbered it. */
  public CreatedLink withIndex(int found) {
    return new CreatedLink(netnsPath, namespaceId, name, found, linkKind, mac);
  }

  public Inverse toInverse() {
    return new Inverse(KIND, UndoClass.LINK, data());
  }

  /** The fields of {@link #toInverse()}, for {@code Step.refine}. */
  public ObjectNode data() {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    netnsPath.ifPresent(path -> data.put("netns", path));
    namespaceId.ifPresent(id -> data.put("namespaceId", id));
    data.put("name", name.value());
    data.put("index", index);
    data.put("linkKind", linkKind);
    data.put("mac", mac.toString());
    return data;
  }
}
