package io.myriapod.cni.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.version.CniVersion;

/** The answer to VERSION. CNI SPEC 1.1.0, "VERSION". */
public final class VersionReply {
  private static final int MAX_VERSION = 32;

  private VersionReply() {}

  /** Says the {@code cniVersion} of stdin again; the newest if stdin has none or is no JSON. */
  public static ObjectNode to(byte[] stdin) {
    ObjectNode reply = Json.object();
    reply.put("cniVersion", asked(stdin));
    ArrayNode supported = reply.putArray("supportedVersions");
    for (CniVersion version : CniVersion.values()) {
      supported.add(version.text());
    }
    return reply;
  }

  private static String asked(byte[] stdin) {
    try {
      ObjectNode config = Json.parseObject(stdin, "VERSION");
      String version = GoKeys.find(config, "cniVersion").map(JsonNode::asText).orElse("");
      return version.isEmpty() || version.length() > MAX_VERSION
          ? CniVersion.NEWEST.text()
          : version;
    } catch (CniException e) {
      return CniVersion.NEWEST.text(); // the reference's skel does not look at stdin at all
    }
  }
}
