package io.myriapod.agent.config;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.kubernetes.ObjectNames;
import io.myriapod.kubernetes.apiserver.ApiCredentials;
import io.myriapod.kubernetes.apiserver.ApiCredentials.Kubeconfig;
import io.myriapod.kubernetes.apiserver.ApiCredentials.ServiceAccount;
import io.myriapod.kubernetes.apiserver.ApiServerSettings;
import io.myriapod.kubernetes.apiserver.StatusMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The object {@code apiServer} of the configuration: pods and networks are those of a Kubernetes
 * cluster rather than of a folder. An empty one suits a container with a service account.
 */
final class ApiServerSection {
  static final String KEY = "apiServer";

  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final int MOST_MILLIS = 60_000;

  private ApiServerSection() {}

  /** Throws CniException 7 naming key, value and what is allowed. */
  static Optional<ApiServerSettings> read(ConfigObject config, Map<String, String> environment) {
    return config.object(KEY).map(section -> of(section, environment));
  }

  private static ApiServerSettings of(ConfigObject section, Map<String, String> environment) {
    return new ApiServerSettings(
        credentials(section, environment),
        nodeName(section, environment),
        millis(section, "timeoutMillis", ApiServerSettings.USUAL_TIMEOUT),
        section
            .oneOf("status", Map.of("sync", StatusMode.SYNC, "async", StatusMode.ASYNC))
            .orElse(StatusMode.SYNC),
        millis(section, "statusMillis", ApiServerSettings.USUAL_STATUS_WAIT));
  }

  private static Duration millis(ConfigObject section, String key, Duration usual) {
    return section.integer(key, 10, MOST_MILLIS).map(Duration::ofMillis).orElse(usual);
  }

  private static ApiCredentials credentials(ConfigObject section, Map<String, String> environment) {
    return section
        .path("kubeconfig")
        .<ApiCredentials>map(Kubeconfig::new)
        .or(() -> ServiceAccount.inCluster(environment))
        .orElseThrow(
            () ->
                section.missing(
                    "kubeconfig", "a file, as KUBERNETES_SERVICE_HOST names no API server"));
  }

  private static String nodeName(ConfigObject section, Map<String, String> environment) {
    String name =
        section
            .string("nodeName")
            .or(
                () ->
                    Stream.of("MYRIAPOD_NODE_NAME", "MULTUS_NODE_NAME")
                        .map(variable -> environment.getOrDefault(variable, ""))
                        .filter(value -> !value.isEmpty())
                        .findFirst())
            .orElseGet(ApiServerSection::hostName);
    if (!ObjectNames.isSubdomain(name)) {
      throw section.invalid("nodeName", name, "the name of a Kubernetes node");
    }
    return name;
  }

  /** As the kubelet makes it the node's name: in lower case. */
  private static String hostName() {
    try {
      return Files.readString(HOST_NAME).strip().toLowerCase(Locale.ROOT);
    } catch (IOException e) {
      return "";
    }
  }
}
