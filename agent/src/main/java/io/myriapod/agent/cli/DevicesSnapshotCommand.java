package io.myriapod.agent.cli;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.devices.DeviceScope;
import io.myriapod.agent.devices.NodeSnapshot;
import io.myriapod.agent.launch.NodeProcess;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Writes what tells of this node's devices to a directory. */
@Command(
    name = "snapshot",
    description = {
      "Writes what the kernel tells of this node's devices to a directory, for --sysfs.",
      "It has no MAC address, and of pods the names of those that have a device."
    })
public final class DevicesSnapshotCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private DevicesCommand devices;

  @Parameters(index = "0", paramLabel = "DIR", description = "not there yet, or empty")
  private Path folder;

  @Option(
      names = "--with-config",
      description = "Also the node's pools; look into additionalInfo before you give it away.")
  private boolean withConfig;

  @Override
  public Integer call() {
    if (!devices.scope().equals(DeviceScope.RUNNING)) {
      throw new ParameterException(
          spec.commandLine(),
          "snapshot: it is of this node as it is; --config, --sysfs and --resource-prefix do not"
              + " go with it");
    }
    int number =
        new NodeSnapshot(AgentPaths.fromEnvironment(), NodeProcess.node(), Places.REAL.sys())
            .writeTo(folder, withConfig);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("devices written: %d; `tar czf node.tar.gz -C %s .` packs them%n", number, folder);
    out.flush();
    return 0;
  }
}
