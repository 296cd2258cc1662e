package io.myriapod.ipam;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Requests as tests of this module make them: network {@code pool}, interface {@code net1}. */
public final class Requests {
  private Requests() {}

  /** A configuration with this ipam section and more keys behind it; single quotes are double. */
  public static NetworkConfig config(String ipam, String... more) {
    String rest = Stream.of(more).map(key -> "," + key).collect(Collectors.joining());
    String json =
        "{'cniVersion':'1.0.0','name':'pool','type':'macvlan','ipam':%s%s}".formatted(ipam, rest);
    return NetworkConfig.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** A host-local section with these range sets. */
  public static String hostLocal(String ranges, String... more) {
    String rest = Stream.of(more).map(key -> "," + key).collect(Collectors.joining());
    return "{'type':'host-local','dataDir':'/leases','ranges':[%s]%s}".formatted(ranges, rest);
  }

  /** An ADD, CHECK or DEL of that container. */
  public static PluginRequest request(String container, NetworkConfig config) {
    return new PluginRequest(
        new ContainerId(container),
        new InterfaceName("net1"),
        Optional.empty(),
        CniArgs.empty(),
        config,
        Optional.empty(),
        Deadline.in(Duration.ofSeconds(20)),
        List.of());
  }

  /** The same with that result. */
  public static PluginRequest after(CniResult result, PluginRequest request) {
    return request.withPrevResult(Optional.of(result));
  }

  /** A GC with these containers' {@code net1} as valid. */
  public static GcRequest gc(NetworkConfig config, String... containers) {
    Set<Attachment> valid =
        Stream.of(containers)
            .map(id -> new Attachment(new ContainerId(id), new InterfaceName("net1")))
            .collect(Collectors.toSet());
    return new GcRequest(config, valid, Deadline.in(Duration.ofSeconds(20)), List.of());
  }

  /** A STATUS. */
  public static StatusRequest status(NetworkConfig config) {
    return new StatusRequest(config, Deadline.in(Duration.ofSeconds(20)), List.of());
  }
}
