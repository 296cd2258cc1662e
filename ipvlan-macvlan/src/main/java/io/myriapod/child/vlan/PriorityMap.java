package io.myriapod.child.vlan;

import io.myriapod.cni.config.ConfigObject;
import java.util.SortedMap;
import java.util.TreeMap;

/** A list of {@code "FROM:TO"}, the words that {@code ip link} takes for a QoS map of a VLAN. */
final class PriorityMap {
  /** Of a tag: three bits. */
  private static final int MAX_TAG = 7;

  private PriorityMap() {}

  /** From a tag's priority to a packet's. Throws CniException 7 naming key, value, allowed. */
  static SortedMap<Integer, Integer> toPacket(ConfigObject root, String key) {
    return read(root, key, MAX_TAG, Integer.MAX_VALUE);
  }

  /** From a packet's priority to a tag's. Throws CniException 7 naming key, value, allowed. */
  static SortedMap<Integer, Integer> toTag(ConfigObject root, String key) {
    return read(root, key, Integer.MAX_VALUE, MAX_TAG);
  }

  private static SortedMap<Integer, Integer> read(
      ConfigObject root, String key, int mostFrom, int mostTo) {
    SortedMap<Integer, Integer> map = new TreeMap<>();
    String wanted =
        "\"FROM:TO\", whole numbers up to %d and %d, such as \"3:5\"".formatted(mostFrom, mostTo);
    for (int[] pair : root.parsedStrings(key, text -> pair(text, mostFrom, mostTo), wanted)) {
      if (map.putIfAbsent(pair[0], pair[1]) != null) {
        throw root.impossible(key, "priority %d is mapped twice".formatted(pair[0]));
      }
    }
    return map;
  }

  private static int[] pair(String text, int mostFrom, int mostTo) {
    String[] parts = text.split(":", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("%d parts".formatted(parts.length));
    }
    return new int[] {number(parts[0], mostFrom), number(parts[1], mostTo)};
  }

  private static int number(String text, int most) {
    int number = Integer.parseInt(text);
    if (number < 0 || number > most) {
      throw new IllegalArgumentException("out of range");
    }
    return number;
  }
}
