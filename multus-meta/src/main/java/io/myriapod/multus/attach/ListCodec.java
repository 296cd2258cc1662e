package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.cni.json.Json;
import java.nio.charset.StandardCharsets;

/**
 * A network as it was attached, to text and back: the plugins as they went into the chain, those
 * from files and those with arguments of the pod included, in one list.
 */
public final class ListCodec {
  private ListCodec() {}

  /** The text of the whole list. */
  public static String encode(NetworkList list) {
    ObjectNode json = list.isList() ? list.source().json() : Json.object();
    GoKeys.remove(json, "cniVersions");
    GoKeys.remove(json, "plugins");
    json.put("cniVersion", list.cniVersion().text());
    json.put("name", list.name());
    ArrayNode plugins = json.putArray("plugins");
    list.plugins().forEach(plugin -> plugins.add(plugin.json()));
    return new String(Json.bytes(json), StandardCharsets.UTF_8);
  }

  /** The list of a text that {@link #encode} made. */
  public static NetworkList decode(String text) {
    return NetworkList.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
