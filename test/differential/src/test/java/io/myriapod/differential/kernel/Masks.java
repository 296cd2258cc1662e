package io.myriapod.differential.kernel;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Names and addresses of chance, each replaced by what it is: the n-th new link of the node, the
 * MAC of a link, the link-local address made of it.
 */
public final class Masks {
  private final Map<String, String> words = new LinkedHashMap<>();

  /**
   * @param pictures of one side, with all links that there were
   * @param known links and MACs that are not of chance, because both sides have them
   */
  public Masks(List<Picture> pictures, Set<String> known) {
    Map<String, String> names = new LinkedHashMap<>();
    Map<String, Set<String>> owners = new TreeMap<>();
    for (Picture picture : pictures) {
      picture
          .links()
          .forEach(
              (link, mac) -> {
                String name = link.substring(link.indexOf(' ') + 1);
                if (!known.contains(link) && link.startsWith("node ")) {
                  names.computeIfAbsent(name, one -> "<link" + (names.size() + 1) + ">");
                }
                if (!known.contains(mac) && mac.matches("..(:..){5}")) {
                  owners
                      .computeIfAbsent(mac, one -> new TreeSet<>())
                      .add(names.getOrDefault(name, name));
                }
              });
    }
    owners.forEach((mac, links) -> mask(mac, String.join("+", links)));
    words.putAll(names);
  }

  /** What both have: the links by name, and the MACs. */
  public static Set<String> known(List<Picture> theirs, List<Picture> ours) {
    Set<String> known = named(theirs);
    known.retainAll(named(ours));
    return known;
  }

  private static Set<String> named(List<Picture> pictures) {
    Set<String> names = new HashSet<>();
    for (Picture picture : pictures) {
      names.addAll(picture.links().keySet());
      names.addAll(picture.links().values());
    }
    return names;
  }

  private void mask(String mac, String owner) {
    int[] bytes =
        Arrays.stream(mac.split(":")).mapToInt(hex -> Integer.parseInt(hex, 16)).toArray();
    words.put(linkLocal(bytes), "<link-local of " + owner + ">");
    words.put(mac, "<mac of " + owner + ">");
    words.put(
        "%x:%x:%x:%x:%x:%x".formatted(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]),
        "<mac of " + owner + ">"); // how a bridge's id has it
  }

  /** RFC 4291, appendix A. */
  private static String linkLocal(int... mac) {
    return "fe80::%x:%x:%x:%x"
        .formatted(
            (mac[0] ^ 2) << 8 | mac[1], mac[2] << 8 | 0xff, 0xfe00 | mac[3], mac[4] << 8 | mac[5]);
  }

  /** The text with all of them replaced. */
  public String of(String text) {
    String masked = text;
    for (Map.Entry<String, String> word : words.entrySet()) {
      masked = masked.replace(word.getKey(), word.getValue());
    }
    return masked;
  }

  /** Paths and values with all of them replaced. */
  public Map<String, String> of(Map<String, String> facts) {
    Map<String, String> masked = new TreeMap<>();
    facts.forEach((path, value) -> masked.put(of(path), of(value)));
    return masked;
  }
}
