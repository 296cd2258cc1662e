package io.myriapod.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What {@code devices} alone does, too. */
@Command(name = "list", description = "Lists pools and devices, as `myriapod devices` alone does.")
public final class DevicesListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private DevicesCommand devices;
  @Mixin private DevicesListOptions list;
  @Mixin private DevicesOutput output;

  @Override
  public Integer call() {
    return devices.show(spec, list, output);
  }
}
