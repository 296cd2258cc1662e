package io.myriapod.agent.cli;

import io.myriapod.agent.functions.FunctionRequest;
import picocli.CommandLine.Command;

/** Makes the functions as the configuration wants them. */
@Command(
    name = "apply",
    description = {
      "Makes the functions as section sriov of the agent's configuration wants them.",
      "The agent does so at its start; this reads the file anew."
    })
public final class VfApplyCommand extends VfChange {
  @Override
  FunctionRequest request(boolean dryRun) {
    return new FunctionRequest.Apply(dryRun);
  }
}
