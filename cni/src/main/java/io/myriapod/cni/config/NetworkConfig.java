package io.myriapod.cni.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.result.Dns;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.types.Quoted;
import java.util.Optional;

/**
 * One plugin's configuration, as it goes to the plugin's stdin. Immutable; keys keep their order,
 * numbers their digits, unknown keys are kept. CNI SPEC 1.1.0, "Plugin configuration objects" and
 * "Deriving request configuration from plugin configuration".
 */
public final class NetworkConfig {
  private final ObjectNode node;
  private final ConfigObject root;

  private NetworkConfig(ObjectNode node) {
    this.node = node;
    this.root = ConfigObject.of(node, where(node));
  }

  /** A configuration of a copy of this object. */
  public static NetworkConfig of(ObjectNode node) {
    return new NetworkConfig(node.deepCopy());
  }

  /**
   * Reads a configuration of at most 1 MiB and 64 levels. Of a key that comes twice the last wins.
   *
   * @throws CniException 6 if it is no JSON object
   */
  public static NetworkConfig parse(byte[] json) {
    return parse(json, Json.MAX_BYTES);
  }

  /** As {@link #parse(byte[])}, with another bound on the bytes. */
  public static NetworkConfig parse(byte[] json, int maxBytes) {
    return new NetworkConfig(Json.parseObject(json, "network configuration", maxBytes));
  }

  private static String where(ObjectNode node) {
    String name = GoKeys.find(node, "name").map(JsonNode::asText).orElse("");
    return name.isEmpty() ? "network configuration" : "network " + Quoted.shortened(name);
  }

  /**
   * The network's name.
   *
   * @throws CniException 7 if it is missing or not of a name's form
   */
  public String name() {
    return NetworkNames.requireName(root.string("name").orElse(""));
  }

  /**
   * The plugin's type.
   *
   * @throws CniException 7 if it is missing or has a path separator
   */
  public String type() {
    return NetworkNames.requireType(root.string("type").orElse(""), root.where());
  }

  /**
   * The version; 0.1.0 if there is none, as in libcni.
   *
   * @throws CniException 1 if it is not one of ours
   */
  public CniVersion cniVersion() {
    return CniVersion.parse(root.string("cniVersion").orElse(""));
  }

  /** The whole object. */
  public ConfigObject root() {
    return root;
  }

  /** The {@code ipam} object. */
  public Optional<ConfigObject> ipam() {
    return root.object("ipam");
  }

  /** Values of capabilities; empty if absent. */
  public ConfigObject runtimeConfig() {
    return root.object("runtimeConfig").orElseGet(this::nothing);
  }

  /** The object {@code args.cni}; empty if absent. CNI CONVENTIONS.md, "args in network config". */
  public ConfigObject args() {
    return root.object("args").flatMap(args -> args.object("cni")).orElseGet(this::nothing);
  }

  private ConfigObject nothing() {
    return ConfigObject.of(Json.object(), root.where());
  }

  /** The {@code dns} object. */
  public Dns dns() {
    return root.dns();
  }

  /** The result that came with the configuration, unread. */
  public Optional<JsonNode> prevResult() {
    return root.value("prevResult");
  }

  /** The same with that key set, in its old place if it was there; other spellings of it go. */
  public NetworkConfig with(String key, JsonNode value) {
    ObjectNode copy = node.deepCopy();
    GoKeys.variants(copy, key).stream().filter(name -> !name.equals(key)).forEach(copy::remove);
    copy.set(key, value);
    return new NetworkConfig(copy);
  }

  /** The same without that key in any spelling. */
  public NetworkConfig without(String key) {
    ObjectNode copy = node.deepCopy();
    GoKeys.remove(copy, key);
    return new NetworkConfig(copy);
  }

  /** A copy of the object. */
  public ObjectNode json() {
    return node.deepCopy();
  }

  /** Compact UTF-8. */
  public byte[] bytes() {
    return Json.bytes(node);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkConfig config && node.equals(config.node);
  }

  @Override
  public int hashCode() {
    return node.hashCode();
  }

  /** Says which one it is; never the content, which may hold secrets. */
  @Override
  public String toString() {
    return root.where();
  }
}
