package io.myriapod.agent.cli;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.service.Agent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the daemon until it is told to stop. */
@Command(
    name = "agent",
    description = "Runs the agent of this node; SIGTERM lets running calls end and stops it.")
public final class AgentCommand implements Callable<Integer> {
  private static final String SHIM_VARIABLE = "MYRIAPOD_SHIM";
  private static final String USUAL_SHIM = "/opt/cni/bin/myriapod";

  @Option(
      names = "--shim",
      description =
          "The node's copy of the shim, through which foreign plugins are started"
              + " (default: $"
              + SHIM_VARIABLE
              + ", else "
              + USUAL_SHIM
              + ").",
      defaultValue = "${env:" + SHIM_VARIABLE + ":-" + USUAL_SHIM + "}")
  private Path shim;

  /** As {@code myriapod agent} without options. */
  public static int run() throws IOException {
    return serve(Path.of(System.getenv().getOrDefault(SHIM_VARIABLE, USUAL_SHIM)));
  }

  @Override
  public Integer call() throws IOException {
    return serve(shim);
  }

  private static int serve(Path shim) throws IOException {
    AgentPaths paths = AgentPaths.fromEnvironment();
    Agent agent = Agent.start(paths, AgentConfig.read(paths.config()), shim);
    Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "shutdown"));
    agent.awaitEnd();
    return 0;
  }
}
