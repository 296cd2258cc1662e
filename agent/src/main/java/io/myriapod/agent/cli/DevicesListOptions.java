package io.myriapod.agent.cli;

import io.myriapod.agent.devices.DeviceRequest;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which devices are listed. */
final class DevicesListOptions {
  @Option(
      names = "--resource",
      paramLabel = "NAME",
      description = "That pool alone, and the devices that it has or wants.")
  private Optional<String> resource = Optional.empty();

  @Option(names = "--all", description = "Also devices that no pool would want.")
  private boolean all;

  /** Both together; what these say of the resource counts less. */
  DevicesListOptions or(DevicesListOptions more) {
    DevicesListOptions both = new DevicesListOptions();
    both.resource = more.resource.or(() -> resource);
    both.all = all || more.all;
    return both;
  }

  DeviceRequest request() {
    return new DeviceRequest.Listing(resource, all);
  }
}
