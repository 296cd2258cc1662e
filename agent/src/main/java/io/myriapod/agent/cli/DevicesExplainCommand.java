package io.myriapod.agent.cli;

import io.myriapod.agent.devices.DeviceRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Why a device is in a pool or in none. */
@Command(
    name = "explain",
    description =
        "Says of each selector of each pool whether it allows a device, and what follows.")
public final class DevicesExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private DevicesCommand devices;
  @Mixin private DevicesOutput output;

  @Parameters(
      index = "0",
      paramLabel = "DEVICE",
      description = "PCI address, id on the auxiliary bus such as mlx5_core.sf.2, or interface")
  private String device;

  @Override
  public Integer call() {
    return devices.explain(spec, new DeviceRequest.Explanation(device), output);
  }
}
