package io.myriapod.agent.cli;

import io.myriapod.agent.functions.FunctionRequest;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice;
import java.util.Optional;
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

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DRIVER",
      description = "such as vfio-pci or iavf")
  private Optional<String> driver = Optional.empty();

  @Option(names = "--default", description = "The one that the kernel binds by itself.")
  private boolean kernelDefault;

  @Override
  FunctionRequest request(boolean dryRun) {
    if (driver.isPresent() == kernelDefault) {
      throw new IllegalArgumentException("bind %s: want DRIVER or --default".formatted(address));
    }
    return new FunctionRequest.Bind(new PciAddress(address), DriverChoice.of(driver), dryRun);
  }
}
