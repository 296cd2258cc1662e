package io.myriapod.cni.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keys that the reference plugins know and our built-in ones of the same type do not: a
 * configuration that has one goes to the node's own executable, so that nothing that it asks for is
 * dropped. Containernetworking/plugins 1.9.1.
 */
public final class NodeOwnKeys {
  private static final Map<String, List<Key>> BY_TYPE =
      Map.of(
          "bridge",
          List.of(
              Key.of("vlan"),
              Key.of("vlanTrunk"),
              Key.of("preserveDefaultVlan"),
              Key.of("macspoofchk"),
              Key.of("portIsolation"),
              Key.of("disableContainerInterface"),
              new Key("ipMasqBackend", Set.of("nftables"))),
          "ptp",
          List.of(new Key("ipMasqBackend", Set.of("nftables"))));

  private NodeOwnKeys() {}

  /**
   * @param served values that the built-in plugin serves as well
   */
  private record Key(String name, Set<String> served) {
    static Key of(String name) {
      return new Key(name, Set.of());
    }

    /** A value that asks for nothing ({@code false}, 0, empty) needs no other plugin. */
    boolean isAskedForIn(NetworkConfig config) {
      return config
          .root()
          .value(name)
          .filter(value -> !isNothing(value) && !served.contains(value.asText()))
          .isPresent();
    }

    private static boolean isNothing(JsonNode value) {
      return value.isContainerNode()
          ? value.isEmpty()
          : Set.of("", "0", "false").contains(value.asText());
    }
  }

  /**
   * Refuses a configuration that is for the node's own executable, where there is no choice: the
   * caller executed us by that name.
   *
   * @throws CniException 2 naming the key
   */
  public static void requireNone(NetworkConfig config) {
    askedBy(config)
        .ifPresent(
            key -> {
              throw config
                  .root()
                  .unsupported(
                      key, "the node's own \"%s\" is wanted, not ours".formatted(config.type()));
            });
  }

  /**
   * The first key that asks for the node's own executable; {@code builtin} for {@code "builtin":
   * false}, which every type understands.
   */
  public static Optional<String> askedBy(NetworkConfig config) {
    return askedBy(config, config.type());
  }

  /** The same for a plugin that was called by its own name, whatever type the configuration has. */
  public static Optional<String> askedBy(NetworkConfig config, String type) {
    if (!config.root().bool("builtin", true)) {
      return Optional.of("builtin");
    }
    return BY_TYPE.getOrDefault(type, List.of()).stream()
        .filter(key -> key.isAskedForIn(config))
        .map(Key::name)
        .findFirst();
  }
}
