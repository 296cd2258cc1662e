package io.myriapod.agent.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls the shim as a container runtime would: environment, configuration on stdin, JSON back. */
final class DemoRuntime {
  static final String CONTAINER = "demo0000cnf0";

  private final DemoNode node;
  private final String shim;
  private final String configuration;
  private final Map<String, String> environment = new HashMap<>();

  DemoRuntime(DemoNode node, String root, String shim, String configuration) {
    this.node = node;
    this.shim = shim;
    this.configuration = configuration;
    environment.put("MYRIAPOD_ROOT", root);
    environment.put("CNI_CONTAINERID", CONTAINER);
    environment.put("CNI_NETNS", DemoNode.path(node.pod()).toString());
    environment.put("CNI_IFNAME", "eth0");
    environment.put("CNI_PATH", "/opt/cni/bin");
    environment.put(
        "CNI_ARGS",
        "IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=cnf-0;K8S_POD_INFRA_CONTAINER_ID="
            + CONTAINER
            + ";K8S_POD_UID=7c0ffee0-0000-4000-8000-000000000001");
  }

  /** What the shim printed, and how long it took, process start included. */
  record Reply(String output, double milliseconds) {}

  /** Runs one verb of the CNI specification. */
  Reply call(String command) {
    environment.put("CNI_COMMAND", command);
    long start = System.nanoTime();
    Shell.Outcome outcome =
        Shell.attempt(
            environment,
            configuration,
            List.of("nsenter", "--net=" + DemoNode.path(node.node()), shim));
    double milliseconds = (System.nanoTime() - start) / 1e6;
    if (outcome.exitCode() != 0) {
      throw new DemoFailure(
          "CNI %s: exit code %d: %s".formatted(command, outcome.exitCode(), outcome.output()));
    }
    return new Reply(outcome.output(), milliseconds);
  }
}
