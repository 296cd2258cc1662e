package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.FakeNode;
import io.myriapod.deviceplugin.PoolText;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.pool.Holdings.Holder;
import io.myriapod.types.DeviceId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Pools over a fake node, with a journal and a judge of health that say what the test says. */
final class PoolsUnderTest {
  final FakeNode node;
  final DevicePools pools;
  final List<NodeDevice> judged = new ArrayList<>();
  private final Map<DeviceId, Holder> holders = new HashMap<>();
  private final Map<DeviceId, String> givenBy = new HashMap<>();
  private final Map<DeviceId, String> ailing = new HashMap<>();

  PoolsUnderTest(Path root) {
    this.node = new FakeNode(root);
    this.pools =
        new DevicePools(
            node.discovery(),
            node.traits(),
            () -> new Holdings(holders, givenBy),
            this::judge,
            new NoAllocation());
  }

  private static final class NoAllocation implements Allocation {
    @Override
    public ContainerGrant allocate(PoolConfig pool, List<Entry> devices, List<Entry> all) {
      throw new UnsupportedOperationException("nothing is allocated here");
    }

    @Override
    public void requireReady(PoolConfig pool, List<Entry> devices) {
      throw new UnsupportedOperationException("nothing is allocated here");
    }
  }

  private Optional<String> judge(NodeDevice device) {
    judged.add(device);
    return Optional.ofNullable(ailing.get(device.id()));
  }

  /** Whose devices are others now, by the resources' names. */
  Set<String> configure(String... entries) {
    return names(pools.configure(PoolText.pools(entries)));
  }

  Set<String> look() {
    return names(pools.refresh());
  }

  private static Set<String> names(Set<ResourceName> resources) {
    return resources.stream().map(ResourceName::name).collect(Collectors.toSet());
  }

  Entry entry(String id) {
    return pools
        .inventory()
        .find(new DeviceId(id))
        .orElseThrow(() -> new AssertionError("no device " + id));
  }

  /** The name of the resource that offers a device; empty text for none. */
  String pool(String id) {
    return entry(id).resource().map(ResourceName::name).orElse("");
  }

  /** Why it is not offered, or not healthy; empty text if it is. */
  String obstacle(String id) {
    return entry(id).obstacle().orElse("");
  }

  /** All devices of a resource of the usual prefix, the ill ones with a {@code -} in front. */
  List<String> offered(String name) {
    return pools.inventory().of(new ResourceName("intel.com", name)).stream()
        .map(entry -> (entry.isHealthy() ? "" : "-") + entry.device().id())
        .toList();
  }

  PoolsUnderTest holds(String id, String who) {
    holders.put(new DeviceId(id), new Holder(who, Optional.empty()));
    return this;
  }

  PoolsUnderTest quarantines(String id, String why) {
    holders.put(new DeviceId(id), new Holder("default/gone", Optional.of(why)));
    return this;
  }

  PoolsUnderTest releases(String id) {
    holders.remove(new DeviceId(id));
    return this;
  }

  PoolsUnderTest gave(String id, String resource) {
    givenBy.put(new DeviceId(id), resource);
    return this;
  }

  PoolsUnderTest ails(String id, String finding) {
    ailing.put(new DeviceId(id), finding);
    return this;
  }
}
