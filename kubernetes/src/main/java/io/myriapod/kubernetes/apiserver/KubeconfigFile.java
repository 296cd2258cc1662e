package io.myriapod.kubernetes.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Cluster and user of the current context of a kubeconfig. client-go's {@code clientcmd/api/v1}.
 *
 * <p>Fabric8 would read it too, but loads the classes of all kinds of the API for that: 22 MB.
 */
final class KubeconfigFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final YAMLMapper YAML = new YAMLMapper();

  /** Ways to credentials that run programs or ask servers: not on a node's critical path. */
  private static final List<String> OTHER_WAYS = List.of("exec", "auth-provider", "as");

  private final Path file;
  private final JsonNode cluster;
  private final JsonNode user;

  private KubeconfigFile(Path file, JsonNode cluster, JsonNode user) {
    this.file = file;
    this.cluster = cluster;
    this.user = user;
  }

  /** Throws {@link IOException} that names the file and what is wrong with it. */
  static KubeconfigFile read(Path file) throws IOException {
    JsonNode tree = tree(file);
    String current = text(tree, "current-context").orElse("");
    JsonNode context = named(file, tree, "contexts", "context", current);
    JsonNode cluster =
        named(file, tree, "clusters", "cluster", text(context, "cluster").orElse(""));
    JsonNode user = named(file, tree, "users", "user", text(context, "user").orElse(""));
    for (String way : OTHER_WAYS) {
      if (user.has(way)) {
        throw new IOException(
            "read kubeconfig %s: \"%s\" of a user is not supported: want a token or a certificate"
                .formatted(file, way));
      }
    }
    for (String way : List.of("proxy-url", "tls-server-name")) {
      if (cluster.has(way)) {
        throw new IOException(
            "read kubeconfig %s: \"%s\" of a cluster is not supported".formatted(file, way));
      }
    }
    if (text(cluster, "server").isEmpty()) {
      throw new IOException("read kubeconfig %s: the cluster has no \"server\"".formatted(file));
    }
    return new KubeconfigFile(file, cluster, user);
  }

  private static JsonNode tree(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("read kubeconfig %s: over %d bytes".formatted(file, MAX_BYTES));
    }
    try {
      return YAML.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IOException( // its own words show the line, which may hold a password
          "read kubeconfig %s: not YAML: line %d"
              .formatted(
                  file, Optional.ofNullable(e.getLocation()).map(at -> at.getLineNr()).orElse(0)));
    }
  }

  private static JsonNode named(Path file, JsonNode tree, String list, String object, String name)
      throws IOException {
    for (JsonNode one : tree.path(list)) {
      if (one.path("name").asText().equals(name) && one.path(object).isObject()) {
        return one.path(object);
      }
    }
    throw new IOException(
        "read kubeconfig %s: there is no \"%s\" in \"%s\"".formatted(file, name, list));
  }

  Optional<String> ofCluster(String key) {
    return text(cluster, key);
  }

  Optional<String> ofUser(String key) {
    return text(user, key);
  }

  /** A path, which counts from the folder of the kubeconfig. */
  Optional<Path> pathOfCluster(String key) {
    return text(cluster, key).map(this::beside);
  }

  /** A path, which counts from the folder of the kubeconfig. */
  Optional<Path> pathOfUser(String key) {
    return text(user, key).map(this::beside);
  }

  private Path beside(String path) {
    return file.toAbsolutePath().resolveSibling(path);
  }

  private static Optional<String> text(JsonNode object, String key) {
    JsonNode value = object.path(key);
    return value.isValueNode() && !value.isNull()
        ? Optional.of(value.asText()).filter(text -> !text.isEmpty())
        : Optional.empty();
  }
}
