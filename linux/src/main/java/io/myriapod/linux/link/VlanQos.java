package io.myriapod.linux.link;

import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.NetlinkRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which priority of a tag is which of the kernel's. ip-link(8), ingress-qos-map and egress-qos-map
 *
 * @param ingress the tag's (0 to 7) to the packet's; what is 0 is left out
 * @param egress the packet's to the tag's (0 to 7); what is 0 is left out
 */
public record VlanQos(SortedMap<Integer, Integer> ingress, SortedMap<Integer, Integer> egress) {
  private static final int MAPPING_BYTES = 8;

  public VlanQos {
    ingress = sorted(ingress);
    egress = sorted(egress);
  }

  public static VlanQos of(Map<Integer, Integer> ingress, Map<Integer, Integer> egress) {
    return new VlanQos(new TreeMap<>(ingress), new TreeMap<>(egress));
  }

  public static VlanQos none() {
    return of(Map.of(), Map.of());
  }

  /** Two nests of ifla_vlan_qos_mapping { from u32 | to u32 }; none for an empty map. */
  void write(NetlinkRequest data) {
    write(data, Ifla.VLAN_EGRESS_QOS, egress);
    write(data, Ifla.VLAN_INGRESS_QOS, ingress);
  }

  private static void write(NetlinkRequest data, int type, Map<Integer, Integer> map) {
    if (!map.isEmpty()) {
      data.nest(
          type,
          nest -> map.forEach((from, to) -> nest.bytes(Ifla.VLAN_QOS_MAPPING, pair(from, to))));
    }
  }

  private static byte[] pair(int from, int to) {
    return ByteBuffer.allocate(MAPPING_BYTES)
        .order(ByteOrder.nativeOrder())
        .putInt(from)
        .putInt(to)
        .array();
  }

  static VlanQos read(Attributes data) {
    return new VlanQos(
        mappings(data.nested(Ifla.VLAN_INGRESS_QOS)), mappings(data.nested(Ifla.VLAN_EGRESS_QOS)));
  }

  private static SortedMap<Integer, Integer> mappings(Attributes nest) {
    SortedMap<Integer, Integer> map = new TreeMap<>();
    for (byte[] bytes : nest.all(Ifla.VLAN_QOS_MAPPING)) {
      if (bytes.length >= MAPPING_BYTES) {
        ByteBuffer pair = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        map.put(pair.getInt(), pair.getInt());
      }
    }
    return map;
  }

  private static SortedMap<Integer, Integer> sorted(SortedMap<Integer, Integer> map) {
    SortedMap<Integer, Integer> copy = new TreeMap<>(map);
    copy.values().removeIf(to -> to == 0); // the kernel does not tell them from absent ones
    return Collections.unmodifiableSortedMap(copy);
  }
}
