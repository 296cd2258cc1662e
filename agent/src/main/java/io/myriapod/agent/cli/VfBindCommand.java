package io.myriapod.agent.cli;

import io.myriapod.agent.functions.FunctionRequest;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a virtual function another driver. */
@Command(
    name = "bind",
    description = "Gives a virtual function another driver; if that fails, its former one back.")
public final class VfBindCommand extends VfChange {
  @Parameters(index = "0", paramLabel = "ADDRESS", description = "its PCI address")
  private String address;

  @ArgGroup(multiplicity = "1")
  private Choice choice;

  private static final class Choice {
    @Parameters(index = "1", paramLabel = "DRIVER", description = "such as vfio-pci or iavf")
    private String driver;

    @Option(names = "--default", description = "The one that the kernel binds by itself.")
    private boolean kernelDefault;
  }

  @Override
  FunctionRequest request(boolean dryRun) {
    DriverChoice driver =
        choice.kernelDefault
            ? new DriverChoice.KernelDefault()
            : new DriverChoice.Named(choice.driver);
    return new FunctionRequest.Bind(new PciAddress(address), driver, dryRun);
  }
}
