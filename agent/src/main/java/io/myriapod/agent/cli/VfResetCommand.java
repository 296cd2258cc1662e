package io.myriapod.agent.cli;

import io.myriapod.agent.functions.FunctionRequest;
import io.myriapod.types.PciAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Resets a virtual function. */
@Command(
    name = "reset",
    description = "Resets a virtual function (FLR): it forgets what it was told.")
public final class VfResetCommand extends VfChange {
  @Parameters(index = "0", paramLabel = "ADDRESS", description = "its PCI address")
  private String address;

  @Override
  FunctionRequest request(boolean dryRun) {
    return new FunctionRequest.Reset(new PciAddress(address), dryRun);
  }
}
