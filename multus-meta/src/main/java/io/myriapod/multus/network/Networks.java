package io.myriapod.multus.network;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.ObjectNames;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.config.NodeNetworks;
import io.myriapod.types.Quoted;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds networks by name, for one configuration of the meta-plugin and one call: what it finds is
 * counted against a {@link ConfigBudget}.
 */
public final class Networks {
  /** What the generator of Multus writes is what its container sees. */
  private static final String HOST_HINT =
      " of the node, which has no /host: that is where Multus' container sees it";

  private final Cluster cluster;
  private final MultusConfig config;
  private final UnaryOperator<Path> onHost;
  private final ConfigBudget budget = new ConfigBudget("network configurations");

  /**
   * @param onHost the place of an absolute path of the configuration
   */
  public Networks(Cluster cluster, MultusConfig config, UnaryOperator<Path> onHost) {
    this.cluster = cluster;
    this.config = config;
    this.onHost = onHost;
  }

  /**
   * The network of a NetworkAttachmentDefinition.
   *
   * @throws CniException 111 if there is none, 7 if its config is wrong, 11 if the cluster cannot
   *     be asked
   */
  public Delegate definition(String namespace, String name) {
    return findDefinition(namespace, name)
        .orElseThrow(
            () ->
                notFound(
                    "NetworkAttachmentDefinition \"%s/%s\"".formatted(namespace, name),
                    "create it, or correct the name in the annotation"));
  }

  /**
   * The network that every pod gets first.
   *
   * @throws CniException 7 if none is configured, else as {@link #definition}
   */
  public Delegate clusterDefault() {
    NodeNetworks networks = config.networks();
    if (networks.clusterNetwork().isPresent()) {
      return configured("clusterNetwork", networks.clusterNetwork().get());
    }
    return networks.delegates().stream()
        .findFirst()
        .map(Networks::inlined)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "network \"%s\": no default network is configured".formatted(config.name()),
                    "set \"clusterNetwork\" or \"delegates\""));
  }

  /** The further networks that a pod of that namespace gets without asking. */
  public List<Delegate> furtherDefaults(Optional<String> podNamespace) {
    NodeNetworks networks = config.networks();
    if (networks.clusterNetwork().isEmpty()) {
      return networks.delegates().stream().skip(1).map(Networks::inlined).toList();
    }
    if (podNamespace.filter(networks.systemNamespaces()::contains).isPresent()) {
      return List.of();
    }
    List<Delegate> found = new ArrayList<>();
    networks.defaultNetworks().forEach(name -> found.add(configured("defaultNetworks", name)));
    return found;
  }

  /**
   * The chain of files {@code NAME/*.conf} beside the cluster network's own file, if it has any.
   */
  public Optional<Delegate> auxiliary() {
    NodeNetworks networks = config.networks();
    Optional<Path> directory =
        networks
            .clusterNetwork()
            .filter(text -> text.startsWith("/"))
            .map(text -> onHost.apply(Path.of(text).getParent()));
    if (directory.isEmpty() || networks.auxiliaryChain().isEmpty()) {
      return Optional.empty();
    }
    return AuxiliaryChain.read(directory.get(), networks.auxiliaryChain().get());
  }

  /** Multus' order: definition, file by the network's name, then directory or file by path. */
  private Delegate configured(String key, String name) {
    Optional<Delegate> definition =
        ObjectNames.isSubdomain(name)
            ? findDefinition(config.networks().multusNamespace(), name)
            : Optional.empty();
    return definition
        .or(() -> file(name))
        .orElseThrow(
            () ->
                notFound(
                    "\"%s\" %s".formatted(key, Quoted.shortened(name)),
                    "want a definition in namespace \"%s\", the name of a network in %s, or a path%s"
                        .formatted(
                            config.networks().multusNamespace(),
                            config.places().confDir(),
                            name.startsWith("/host/") ? HOST_HINT : "")));
  }

  private Optional<Delegate> file(String name) {
    Optional<NetworkList> list = NetworkFiles.named(confDir(), name);
    if (list.isEmpty() && name.startsWith("/") && name.indexOf('\0') < 0) {
      list = NetworkFiles.at(onHost.apply(Path.of(name).normalize()));
    }
    return list.map(Networks::inlined);
  }

  private Optional<Delegate> findDefinition(String namespace, String name) {
    try {
      return cluster.findNetwork(namespace, name).map(this::delegate);
    } catch (ClusterException e) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "look up network \"%s/%s\": %s".formatted(namespace, name, e.getMessage()),
          "the pod is tried again until the cluster can be asked",
          e);
    }
  }

  private Delegate delegate(NetworkAttachmentDefinition definition) {
    String name = definition.qualifiedName();
    return new Delegate(name, requireNoLoop(name, list(definition)), definition.resourceName());
  }

  private NetworkList list(NetworkAttachmentDefinition definition) {
    if (definition.config().isEmpty()) {
      return NetworkFiles.named(confDir(), definition.name())
          .orElseThrow(
              () ->
                  notFound(
                      "config of network \"%s\"".formatted(definition.qualifiedName()),
                      "the definition has no \"spec.config\", and no file in %s has that name"
                          .formatted(config.places().confDir())));
    }
    String text = definition.config().get();
    budget.spend(definition.qualifiedName(), text.length());
    NetworkList list = parsed(definition, text.getBytes(StandardCharsets.UTF_8));
    budget.spend(definition.qualifiedName(), list.source().json(), 1);
    return list;
  }

  private static NetworkList parsed(NetworkAttachmentDefinition definition, byte[] json) {
    try {
      return NetworkList.parseAny(json, Optional.of(definition.name()));
    } catch (CniException e) {
      throw e.during("network \"%s\"".formatted(definition.qualifiedName()));
    }
  }

  /**
   * A network that is written out, under its own name.
   *
   * @throws CniException 7 if it would call us again
   */
  public static Delegate inlined(NetworkList list) {
    return new Delegate(list.name(), requireNoLoop(list.name(), list));
  }

  /** A delegate of our own type would attach the pod's networks once more, without end. */
  private static NetworkList requireNoLoop(String name, NetworkList list) {
    for (NetworkConfig plugin : list.plugins()) {
      String type = plugin.root().string("type").orElse("");
      if (MultusConfig.OWN_TYPES.contains(type)) {
        throw new CniException(
            ErrorCode.INVALID_CONFIG,
            "network \"%s\": plugin \"%s\" would call itself".formatted(name, type),
            "name a network that the pod is to be attached to");
      }
    }
    return list;
  }

  private Path confDir() {
    return onHost.apply(config.places().confDir());
  }

  private static CniException notFound(String subject, String details) {
    return new CniException(
        ErrorCode.NETWORK_NOT_FOUND, "find " + subject + ": there is none", details);
  }
}
