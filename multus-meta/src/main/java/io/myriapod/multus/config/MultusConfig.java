package io.myriapod.multus.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.Json;
import io.myriapod.kubernetes.ObjectNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The meta-plugin's configuration. Keys and defaults are those of Multus' NetConf (multus-cni,
 * pkg/types/types.go), besides {@code compat} and {@code strict}.
 *
 * @param strict what is otherwise a finding is an error
 * @param findings keys that have no effect, one sentence each
 */
public record MultusConfig(
    String name,
    NodeNetworks networks,
    Isolation isolation,
    NodePlaces places,
    Compat compat,
    boolean strict,
    List<String> findings) {
  /** Types under which a configuration names this plugin or the one it takes the place of. */
  public static final Set<String> OWN_TYPES = Set.of("myriapod", "multus", "multus-shim");

  private static final String KUBE_SYSTEM = "kube-system";
  private static final int MAX_NETWORKS = 64;

  /** Keys of the specification and of the runtime, read elsewhere. */
  private static final List<String> READ_ELSEWHERE =
      List.of(
          "name",
          "type",
          "cniVersion",
          "capabilities",
          "runtimeConfig",
          "prevResult",
          "args",
          "dns");

  /** Copies the list. */
  public MultusConfig {
    findings = List.copyOf(findings);
  }

  /**
   * Reads the configuration; names of networks are not looked up.
   *
   * @throws CniException 7 naming key and value
   */
  public static MultusConfig parse(NetworkConfig config) {
    ConfigObject root = config.root();
    READ_ELSEWHERE.forEach(root::value);
    List<String> findings = new ArrayList<>(KeysOfMultus.findings(root));
    NodeNetworks networks = networks(root, findings);
    MultusConfig read =
        new MultusConfig(
            config.name(),
            networks,
            new Isolation(root.bool("namespaceIsolation", false), globalNamespaces(root)),
            places(root),
            root.oneOf("compat", Map.of("npwg", Compat.NPWG, "multus", Compat.MULTUS))
                .orElse(Compat.NPWG),
            root.bool("strict", false),
            List.of());
    root.unread().stream()
        .filter(key -> !key.startsWith("cni.dev/"))
        .forEach(key -> findings.add("%s: key \"%s\" has no effect".formatted(root.where(), key)));
    return read.withFindings(findings);
  }

  private MultusConfig withFindings(List<String> others) {
    return new MultusConfig(name, networks, isolation, places, compat, strict, others);
  }

  private static NodeNetworks networks(ConfigObject root, List<String> findings) {
    Optional<String> clusterNetwork = root.string("clusterNetwork");
    List<String> defaultNetworks =
        bounded(root, "defaultNetworks", root.strings("defaultNetworks"));
    List<NetworkList> delegates = delegates(root);
    if (clusterNetwork.isPresent() && !delegates.isEmpty()) {
      findings.add("%s: \"clusterNetwork\" overrides \"delegates\"".formatted(root.where()));
    }
    if (clusterNetwork.isEmpty() && !defaultNetworks.isEmpty()) {
      findings.add(
          "%s: \"defaultNetworks\" has no effect without \"clusterNetwork\""
              .formatted(root.where()));
    }
    Set<String> system =
        root.has("systemNamespaces")
            ? Set.copyOf(bounded(root, "systemNamespaces", root.strings("systemNamespaces")))
            : Set.of(KUBE_SYSTEM);
    return new NodeNetworks(
        clusterNetwork,
        defaultNetworks,
        clusterNetwork.isPresent() ? List.of() : delegates,
        root.string("auxiliaryCNIChainName"),
        namespace(root, "multusNamespace").orElse(KUBE_SYSTEM),
        system);
  }

  private static List<NetworkList> delegates(ConfigObject root) {
    Optional<JsonNode> value = root.value("delegates");
    if (value.isPresent() && !value.get().isArray()) {
      throw root.invalid("delegates", Json.shown(value.get()), "a list of network configurations");
    }
    if (value.isPresent() && value.get().size() > MAX_NETWORKS) {
      throw root.invalid(
          "delegates", "%d elements".formatted(value.get().size()), "at most " + MAX_NETWORKS);
    }
    List<NetworkList> lists = new ArrayList<>();
    value.ifPresent(
        list ->
            list.forEach(
                each -> lists.add(NetworkList.parseAny(Json.bytes(each), Optional.empty()))));
    return lists;
  }

  private static Set<String> globalNamespaces(ConfigObject root) {
    String text = root.string("globalNamespaces").orElse("default");
    Set<String> names =
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());
    bounded(root, "globalNamespaces", List.copyOf(names))
        .forEach(name -> requireNamespace(root, "globalNamespaces", name));
    return names;
  }

  private static NodePlaces places(ConfigObject root) {
    return new NodePlaces(
        root.path("confDir").orElse(Path.of("/etc/cni/multus/net.d")),
        root.path("binDir").orElse(Path.of("/opt/cni/bin")),
        root.path("readinessindicatorfile"));
  }

  private static Optional<String> namespace(ConfigObject root, String key) {
    Optional<String> name = root.string(key);
    name.ifPresent(text -> requireNamespace(root, key, text));
    return name;
  }

  private static void requireNamespace(ConfigObject root, String key, String name) {
    if (!ObjectNames.isLabel(name)) {
      throw root.invalid(key, name, "names of namespaces");
    }
  }

  private static List<String> bounded(ConfigObject root, String key, List<String> values) {
    if (values.size() > MAX_NETWORKS) {
      throw root.invalid(key, "%d elements".formatted(values.size()), "at most " + MAX_NETWORKS);
    }
    return values;
  }
}
