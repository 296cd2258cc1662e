package io.myriapod.multus.plan;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.annotation.InvalidAnnotationException;
import io.myriapod.kubernetes.annotation.NetworkSelection;
import io.myriapod.kubernetes.annotation.NetworksAnnotation;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which networks a pod gets, in their order: default, further defaults, asked for, auxiliary. */
final class PodNetworks {
  private final MultusConfig config;
  private final Networks networks;
  private final List<String> findings = new ArrayList<>();

  PodNetworks(MultusConfig config, Networks networks) {
    this.config = config;
    this.networks = networks;
  }

  /** What was found while {@link #of} worked. */
  List<String> findings() {
    return findings;
  }

  List<WantedNetwork> of(Optional<Pod> pod) {
    List<NetworkSelection> asked = asked(pod);
    List<NetworkSelection> replacement = replacement(pod);
    List<WantedNetwork> wanted = new ArrayList<>();
    wanted.add(
        replacement.isEmpty()
            ? WantedNetwork.plain(networks.clusterDefault())
            : selected(replacement.get(0), pod.orElseThrow()));
    networks.furtherDefaults(pod.map(Pod::namespace)).stream()
        .map(WantedNetwork::plain)
        .forEach(wanted::add);
    asked.forEach(selection -> wanted.add(selected(selection, pod.orElseThrow())));
    networks.auxiliary().map(WantedNetwork::plain).ifPresent(wanted::add);
    return wanted;
  }

  /** What the annotation asks for, in its order. */
  List<NetworkSelection> asked(Optional<Pod> pod) {
    return selections(pod, NetworksAnnotation.KEY, pod.map(Pod::namespace));
  }

  /** The annotation that replaces the default network: none or one element. */
  private List<NetworkSelection> replacement(Optional<Pod> pod) {
    String key = NetworksAnnotation.DEFAULT_NETWORK_KEY;
    List<NetworkSelection> elements =
        selections(pod, key, Optional.of(config.networks().multusNamespace()));
    boolean present = pod.flatMap(p -> p.annotation(key)).isPresent();
    if (present && elements.size() != 1) {
      throw invalid(key, "%d elements: want exactly one".formatted(elements.size()));
    }
    elements.stream()
        .filter(element -> element.interfaceName().isPresent())
        .forEach(
            element ->
                findings.add(
                    "annotation %s: the interface name has no effect: the runtime names it"
                        .formatted(key)));
    return elements;
  }

  private List<NetworkSelection> selections(
      Optional<Pod> pod, String key, Optional<String> namespace) {
    Optional<String> text = pod.flatMap(p -> p.annotation(key));
    if (text.isEmpty()) {
      return List.of();
    }
    try {
      NetworksAnnotation read =
          NetworksAnnotation.parse(text.get(), namespace.orElseThrow(), config.compat().dialect());
      read.findings().forEach(finding -> findings.add("annotation %s: %s".formatted(key, finding)));
      return read.selections();
    } catch (InvalidAnnotationException e) {
      throw invalid(key, e.getMessage());
    }
  }

  private static CniException invalid(String key, String problem) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "read annotation %s: %s".formatted(key, problem),
        "correct the annotation of the pod");
  }

  /** Whether the pod may have it is asked before whether it exists. */
  WantedNetwork selected(NetworkSelection selection, Pod pod) {
    String podNamespace = pod.namespace();
    if (!config.isolation().allows(podNamespace, selection.namespace())) {
      throw new CniException(
          ErrorCode.NETWORK_FORBIDDEN,
          "network \"%s\" is forbidden to pods of namespace \"%s\": \"namespaceIsolation\" is on"
              .formatted(selection.qualifiedName(), podNamespace),
          "use a network of the pod's namespace or of a global one: %s"
              .formatted(config.isolation().globalNamespaces()));
    }
    return new WantedNetwork(
        networks.definition(selection.namespace(), selection.name()),
        Optional.of(AnnotationElement.of(selection)),
        selection.options(),
        Optional.empty());
  }
}
