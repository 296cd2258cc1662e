package io.myriapod.agent.cli;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.install.StandingInstallation;
import io.myriapod.agent.service.Agent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Option(
      names = "--install",
      description =
          "Makes Myriapod the network of the node's pods as soon as it can serve them, as"
              + " `myriapod install` does, and keeps it so; what is in place stays when the agent"
              + " ends.")
  private boolean install;

  @Mixin private InstallationOptions options;

  /** As {@code myriapod agent} without options. */
  public static int run() throws IOException {
    Path shim = Path.of(System.getenv().getOrDefault(SHIM_VARIABLE, USUAL_SHIM));
    return serve(shim, Optional.empty());
  }

  @Override
  public Integer call() throws IOException {
    Optional<StandingInstallation> installation =
        install
            ? Optional.of(new StandingInstallation(options.installation(), shim, options.primary()))
            : Optional.empty();
    return serve(shim, installation);
  }

  private static int serve(Path shim, Optional<StandingInstallation> installation)
      throws IOException {
    AgentPaths paths = AgentPaths.fromEnvironment();
    Agent agent = Agent.start(paths, AgentConfig.read(paths.config()), shim, installation);
    Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "shutdown"));
    agent.awaitEnd();
    return 0;
  }
}
