package io.myriapod.agent;

import io.myriapod.agent.cli.AgentCommand;
import io.myriapod.agent.cli.CniCommand;
import io.myriapod.agent.cli.DevicesCommand;
import io.myriapod.agent.cli.DoctorCommand;
import io.myriapod.agent.cli.ExplainCommand;
import io.myriapod.agent.cli.InstallCommand;
import io.myriapod.agent.cli.ListCommand;
import io.myriapod.agent.cli.MigrateCommand;
import io.myriapod.agent.cli.StatusCommand;
import io.myriapod.agent.cli.TopologyCommand;
import io.myriapod.agent.cli.UninstallCommand;
import io.myriapod.agent.cli.ValidateCommand;
import io.myriapod.agent.cli.VersionCommand;
import io.myriapod.agent.cli.VfCommand;
import io.myriapod.agent.cli.WhyCommand;
import io.myriapod.agent.demo.DemoCommand;
import io.myriapod.cni.error.CniException;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The one entry point: the daemon and the command line. */
@Command(
    name = "myriapod",
    description = "Many legs for every pod: networks for Kubernetes pods from one agent per node.",
    versionProvider = VersionCommand.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AgentCommand.class,
      DemoCommand.class,
      InstallCommand.class,
      UninstallCommand.class,
      MigrateCommand.class,
      CniCommand.class,
      ListCommand.class,
      VfCommand.class,
      DevicesCommand.class,
      WhyCommand.class,
      StatusCommand.class,
      TopologyCommand.class,
      DoctorCommand.class,
      ExplainCommand.class,
      ValidateCommand.class,
      VersionCommand.class
    })
public final class Main {
  private static final String[] AGENT = {"agent"};

  /** What an executed plugin says may be longer, and must not steer a terminal. */
  private static final int LONGEST_LINE = 4_096;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Explains the command.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "As the command version.")
  private boolean version;

  private Main() {}

  /** Exit codes: 0 done, 1 not done, 2 wrong arguments. */
  public static void main(String[] arguments) {
    System.exit(Arrays.equals(arguments, AGENT) ? agent() : commandLine(arguments));
  }

  /** Without a look at the command line's description, which takes as long as half of the start. */
  private static int agent() {
    try {
      return AgentCommand.run();
    } catch (IOException | RuntimeException e) {
      return told(e, new PrintWriter(System.err, true));
    }
  }

  private static int commandLine(String... arguments) {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> told(failure, command.getErr()));
    return line.execute(arguments);
  }

  private static int told(Exception failure, PrintWriter err) {
    err.println("myriapod: " + Quoted.oneLine(String.valueOf(failure.getMessage()), LONGEST_LINE));
    if (failure instanceof CniException error && !error.details().isEmpty()) {
      err.println("  " + Quoted.oneLine(error.details(), LONGEST_LINE));
    }
    return 1;
  }
}
