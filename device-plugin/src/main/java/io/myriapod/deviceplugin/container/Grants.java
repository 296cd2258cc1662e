package io.myriapod.deviceplugin.container;

import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.container.ContainerGrant.Node;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.DeviceId;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What containers get with devices: variables and device files. All of it is read anew each time:
 * the number of an IOMMU group is another after a reboot, and that of a UIO device after each
 * binding. Safe for use by many threads.
 */
public final class Grants {
  private final Facets facets;

  /**
   * @param devices what stands for {@code /dev}
   */
  public Grants(Sysfs sysfs, Path devices) {
    this.facets = new Facets(sysfs, devices);
  }

  /**
   * Devices of one pool for one container. Their ids are sorted, as they are where the networks of
   * the pod get them one by one.
   *
   * @throws GrantException naming the device and what is not there
   */
  public ContainerGrant grant(PoolConfig pool, Collection<GrantedDevice> devices) {
    SortedMap<DeviceId, List<Facet>> read = new TreeMap<>(Comparator.comparing(DeviceId::value));
    devices.forEach(device -> read.put(device.id(), facets.of(pool, device)));
    return new ContainerGrant(
        Environment.of(pool.resource(), read),
        read.values().stream().flatMap(each -> nodesOf(each).stream()).distinct().toList(),
        Map.of(),
        List.of());
  }

  /**
   * The device files of one device alone, each once.
   *
   * @throws GrantException as above
   */
  List<Node> nodesOf(PoolConfig pool, GrantedDevice device) {
    return nodesOf(facets.of(pool, device)).stream().distinct().toList();
  }

  private static List<Node> nodesOf(List<Facet> facets) {
    return facets.stream().flatMap(facet -> facet.nodes().stream()).toList();
  }
}
