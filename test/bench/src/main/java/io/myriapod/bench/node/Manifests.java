package io.myriapod.bench.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Pods and definitions of the directory cluster, as YAML documents that are JSON. */
final class Manifests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAMESPACE = "bench";

  private Manifests() {}

  /** One file with the definitions of these workloads' networks and pods for that many seats. */
  static void write(Path folder, String dataDir, List<Workload> workloads, int seats) {
    StringJoiner documents = new StringJoiner("\n---\n", "", "\n");
    workloads.stream()
        .flatMap(workload -> workload.networks().stream().skip(1))
        .collect(Collectors.toMap(Network::name, network -> network, (one, other) -> one))
        .values()
        .forEach(network -> documents.add(definition(network, dataDir).toString()));
    for (Workload workload : workloads) {
      IntStream.range(0, seats).forEach(seat -> documents.add(pod(workload, seat).toString()));
    }
    try {
      Files.createDirectories(folder);
      Path unfinished = Files.writeString(folder.resolve(".bench"), documents.toString());
      Files.move(unfinished, folder.resolve("bench.yaml"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("write manifests to " + folder, e);
    }
  }

  private static JsonNode definition(Network network, String dataDir) {
    ObjectNode definition = JSON.createObjectNode();
    definition.put("apiVersion", "k8s.cni.cncf.io/v1").put("kind", "NetworkAttachmentDefinition");
    definition.putObject("metadata").put("name", network.name()).put("namespace", NAMESPACE);
    String config = network.configuration(dataDir, Optional.empty()).toString();
    definition.putObject("spec").put("config", config);
    return definition;
  }

  private static JsonNode pod(Workload workload, int seat) {
    ObjectNode pod = JSON.createObjectNode();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata");
    metadata.put("name", podName(workload, seat)).put("namespace", NAMESPACE);
    metadata.put("uid", uid(seat));
    String networks =
        workload.networks().stream().skip(1).map(Network::name).collect(Collectors.joining(","));
    metadata.putObject("annotations").put("k8s.v1.cni.cncf.io/networks", networks);
    return pod;
  }

  /** What the container runtime has in /etc/cni/net.d for us. */
  static ObjectNode metaConfig(String dataDir) {
    ObjectNode bridge = Network.bridge().configuration(dataDir, Optional.empty());
    ObjectNode config = JSON.createObjectNode();
    config.put("cniVersion", bridge.path("cniVersion").asText());
    config.put("name", "myriapod").put("type", "myriapod");
    config.putArray("delegates").add(bridge);
    return config;
  }

  /** {@code CNI_ARGS} as containerd passes them. */
  static String arguments(Workload workload, Side.Attempt attempt) {
    int seat = attempt.seat().number();
    return "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_INFRA_CONTAINER_ID=%s;K8S_POD_UID=%s"
        .formatted(NAMESPACE, podName(workload, seat), attempt.container(), uid(seat));
  }

  private static String podName(Workload workload, int seat) {
    return workload.name() + "-" + seat;
  }

  private static String uid(int seat) {
    return "00000000-0000-4000-8000-%012x".formatted(seat);
  }
}
