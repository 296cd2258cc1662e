package io.myriapod.agent.cli;

import io.myriapod.agent.devices.DeviceRequest;
import io.myriapod.agent.devices.DeviceScope;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The node's devices and the pools of the device plugin; by itself the list of them. */
@Command(
    name = "devices",
    description = "Shows pools of the device plugin, their devices, and why a device is in none.",
    subcommands = {
      DevicesListCommand.class,
      DevicesExplainCommand.class,
      DevicesSnapshotCommand.class
    },
    footer = {
      "%nA running agent answers, with what it has told the kubelet; without one, or with",
      "--config, kernel and journal are read. With --sysfs nothing of this node is read.",
      "Exit code 1 if the configuration that was read has errors.",
      "%nExamples:",
      "  myriapod devices",
      "  myriapod devices --resource sriov_dpdk -o wide",
      "  myriapod devices explain 0000:3b:02.1",
      "  myriapod devices --config new.json",
      "  myriapod devices snapshot /tmp/node1 --with-config",
      "  myriapod devices --sysfs /tmp/node1 explain 0000:3b:02.1"
    })
public final class DevicesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DevicesListOptions list;
  @Mixin private DevicesOutput output;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "a config.json of the device plugin, in place of what the node is configured to")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--sysfs",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "a snapshot, or another directory that stands for /sys")
  private Optional<Path> sysfs = Optional.empty();

  @Option(
      names = "--resource-prefix",
      paramLabel = "PREFIX",
      scope = ScopeType.INHERIT,
      description = "of pools that name none, such as intel.com")
  private Optional<String> resourcePrefix = Optional.empty();

  @Override
  public Integer call() {
    return show(spec, new DevicesListOptions(), new DevicesOutput());
  }

  /** The list, with what stands before the subcommand and behind it. */
  int show(CommandSpec asked, DevicesListOptions more, DevicesOutput moreOutput) {
    DeviceRequest request = list.or(more).request();
    DevicesOutput.Format format = output.or(moreOutput).format();
    return new DevicesAnswer(asked, scope())
        .print(
            request,
            format,
            answer -> DeviceListing.lines(answer, format == DevicesOutput.Format.WIDE));
  }

  int explain(CommandSpec asked, DeviceRequest request, DevicesOutput moreOutput) {
    return new DevicesAnswer(asked, scope())
        .print(request, output.or(moreOutput).format(), DeviceStory::lines);
  }

  DeviceScope scope() {
    return new DeviceScope(config, sysfs, resourcePrefix);
  }
}
