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
  @Option(
      names = "--shim",
      description =
          "The node's copy of the shim, through which foreign plugins are started"
              + " (default: $MYRIAPOD_SHIM, else /opt/cni/bin/myriapod).",
      defaultValue = "${env:MYRIAPOD_SHIM:-/opt/cni/bin/myriapod}")
  private Path shim;

  @Override
  public Integer call() throws IOException {
    AgentPaths paths = AgentPaths.fromEnvironment();
    Agent agent = Agent.start(paths, AgentConfig.read(paths.config()), shim);
    Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "shutdown"));
    agent.awaitEnd();
    return 0;
  }
}
