package io.myriapod.agent.cli;

import io.myriapod.agent.functions.FunctionRequest;
import io.myriapod.vfio.DriverChoice.Named;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a physical function its virtual ones. */
@Command(
    name = "create",
    description = {
      "Gives a physical function N virtual ones instead of those that it has.",
      "If it has N already they stay, and get the driver."
    })
public final class VfCreateCommand extends VfChange {
  @Parameters(index = "0", paramLabel = "PF", description = "name of its interface, or PCI address")
  private String physical;

  @Parameters(index = "1", paramLabel = "N", description = "how many; 0 drops all")
  private int number;

  @Option(
      names = "--driver",
      paramLabel = "NAME",
      description = "For all of them, such as vfio-pci; else the kernel's own.")
  private Optional<String> driver = Optional.empty();

  @Override
  FunctionRequest request(boolean dryRun) {
    return new FunctionRequest.Create(physical, number, driver.map(Named::new), dryRun);
  }
}
