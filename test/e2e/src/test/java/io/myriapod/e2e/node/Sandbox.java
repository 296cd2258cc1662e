package io.myriapod.e2e.node;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pod's sandbox as a container runtime keeps it: what it hands to the shim at each verb.
 *
 * @param config what the runtime has read from {@code /etc/cni/net.d}
 * @param environment the CNI variables, without {@code CNI_COMMAND}
 */
public record Sandbox(Netns node, Path root, String config, Map<String, String> environment) {
  /** Copies the map. */
  public Sandbox {
    environment = Map.copyOf(environment);
  }

  /** The sandbox of a pod, whose {@code eth0} the runtime asks for. */
  public static Sandbox of(Netns node, Path root, String config, Netns pod, PodName name) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MYRIAPOD_ROOT", root.toString());
    environment.put("CNI_CONTAINERID", name.container());
    environment.put("CNI_NETNS", pod.path().toString());
    environment.put("CNI_IFNAME", "eth0");
    environment.put("CNI_PATH", "/opt/cni/bin");
    environment.put("CNI_ARGS", name.arguments());
    return new Sandbox(node, root, config, environment);
  }

  /** Who the pod is. */
  public record PodName(String namespace, String name, String uid) {
    /** A container id made of the name. */
    public String container() {
      return "sandbox-" + namespace + "-" + name;
    }

    String arguments() {
      return "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_INFRA_CONTAINER_ID=%s;K8S_POD_UID=%s"
          .formatted(namespace, name, container(), uid);
    }
  }

  /** The same with another value of a variable. */
  public Sandbox with(String variable, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(variable, value);
    return new Sandbox(node, root, config, changed);
  }

  /** Runs a verb of the CNI specification; an exit code but 0 is an assertion error. */
  public Result run(String verb) {
    return attempt(verb).orThrow();
  }

  /** Runs a verb of the CNI specification, whatever becomes of it. */
  public Result attempt(String verb) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + node.path()));
    words.add(Product.shim().toString());
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("CNI_COMMAND", verb);
    variables.putIfAbsent("PATH", System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/bin"));
    return Command.of(words.toArray(String[]::new))
        .withEnvironment(variables)
        .withStdin(config)
        .attempt();
  }
}
