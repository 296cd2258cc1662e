package io.myriapod.e2e.behaviour;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.chain.DelegatedIpam;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.Ipam;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Our host-local in a process of its own: leases and frees, as often as it is told, in a pool that
 * others use as well. An address that it gets and somebody holds is an error.
 */
final class PoolWorker {
  private PoolWorker() {}

  /** Arguments: config file, name, rounds, folder of {@link Claims}. */
  public static void main(String[] arguments) throws IOException {
    byte[] config = Files.readAllBytes(Path.of(arguments[0]));
    Claims claims = new Claims(Path.of(arguments[3]));
    DelegatedIpam none =
        new DelegatedIpam(
            (program, environment, stdin, deadline) -> {
              throw new IllegalStateException("nothing foreign is executed here");
            },
            ChainListener.NONE);
    Ipam ipam = new Ipam(Path.of("/"), none);
    int rounds = Integer.parseInt(arguments[2]);
    for (int round = 0; round < rounds; round++) {
      PluginRequest request = request(arguments[1] + "-" + round, config);
      String address =
          IpAddresses.format(ipam.allocate(request).addresses().get(0).address().address());
      claims.take(address, request.container().value());
      claims.give(address);
      ipam.release(request);
    }
  }

  private static PluginRequest request(String container, byte[] config) {
    return new PluginRequest(
        new ContainerId(container),
        new InterfaceName("net1"),
        Optional.empty(),
        CniArgs.empty(),
        NetworkConfig.parse(config),
        Optional.empty(),
        Deadline.in(Duration.ofMinutes(2)),
        List.of());
  }
}
