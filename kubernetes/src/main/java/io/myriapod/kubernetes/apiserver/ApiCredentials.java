package io.myriapod.kubernetes.apiserver;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the API server is and as whom it is asked. */
public sealed interface ApiCredentials {

  /** The current context of a kubeconfig file; a token in it is read anew when the file changes. */
  record Kubeconfig(Path file) implements ApiCredentials {
    @Override
    public String toString() {
      return "kubeconfig " + file;
    }
  }

  /**
   * A service account as the kubelet projects it into a container.
   *
   * @param folder with the files {@code token}, read anew when it changes, and {@code ca.crt}
   */
  record ServiceAccount(URI server, Path folder) implements ApiCredentials {
    /** Where containers find theirs. */
    public static final Path USUAL_FOLDER =
        Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /**
     * The one of a container with this environment; empty if that is not one of a pod.
     *
     * @param environment with {@code KUBERNETES_SERVICE_HOST} and {@code KUBERNETES_SERVICE_PORT}
     */
    public static Optional<ApiCredentials> inCluster(Map<String, String> environment) {
      String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
      String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
      if (host.isEmpty()) {
        return Optional.empty();
      }
      String shown = host.contains(":") ? "[" + host + "]" : host;
      return Optional.of(
          new ServiceAccount(URI.create("https://%s:%s".formatted(shown, port)), USUAL_FOLDER));
    }

    @Override
    public String toString() {
      return "service account of " + folder;
    }
  }
}
