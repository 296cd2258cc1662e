package io.myriapod.agent.devices;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.devices.DevicePicture.Source;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.pool.GroupHealth;
import io.myriapod.deviceplugin.pool.Holdings;
import io.myriapod.deviceplugin.pool.Inventory;
import io.myriapod.deviceplugin.pool.JournalHoldings;
import io.myriapod.deviceplugin.pool.Selection;
import io.myriapod.deviceplugin.snapshot.StoredNode;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import java.util.List;
import java.util.Optional;

/** Looks at devices as if nobody had before; changes nothing. */
final class PictureReader {
  private PictureReader() {}

  static DevicePicture ofNode(
      Source source, Node node, Sysfs sysfs, List<PoolConfig> pools, Holdings holdings) {
    return picture(
        source,
        Discovery.of(node, sysfs),
        new Selection(pools, new DeviceTraits(sysfs, new DdpProfiles(node)::of)),
        holdings,
        sysfs);
  }

  static DevicePicture ofTree(StoredNode stored, List<PoolConfig> pools) {
    Sysfs sysfs = stored.sysfs();
    return picture(
        Source.TREE,
        new Discovery(sysfs, stored::view),
        new Selection(pools, new DeviceTraits(sysfs, stored::ddpProfile)),
        stored.holdings(),
        sysfs);
  }

  /** Who has which device, by the files of a journal that another process may have open. */
  static Holdings holdings(AgentPaths paths, Node node) {
    return JournalHoldings.of(
        Journal.read(paths.journal()), Journal.readDevices(paths.journal()), node.bootId());
  }

  private static DevicePicture picture(
      Source source, Discovery discovery, Selection selection, Holdings holdings, Sysfs sysfs) {
    Inventory inventory =
        Inventory.taken(selection, holdings, GroupHealth.in(sysfs)::ailing, discovery.read());
    return new DevicePicture(source, selection, inventory, Optional.empty(), sysfs);
  }
}
