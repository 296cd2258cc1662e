package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.functions.FunctionClient;
import io.myriapod.agent.functions.FunctionRequest;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands share that change a function: shows each change as a shell has it. */
abstract class VfChange implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--dry-run", description = "Shows every change, makes none.")
  private boolean dryRun;

  /** Throws {@link IllegalArgumentException} for wrong arguments. */
  abstract FunctionRequest request(boolean dryRun);

  @Override
  public Integer call() {
    JsonNode changes =
        new FunctionClient(AgentPaths.fromEnvironment()).run(checked()).path("changes");
    PrintWriter out = spec.commandLine().getOut();
    changes.forEach(change -> out.println(change.path("change").asText()));
    if (changes.isEmpty()) {
      out.println("nothing to change");
    }
    out.flush();
    return 0;
  }

  private FunctionRequest checked() {
    try {
      return request(dryRun);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
