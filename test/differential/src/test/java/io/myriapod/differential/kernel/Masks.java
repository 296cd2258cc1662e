package io.myriapod.differential.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names and addresses of chance, each replaced by what it is: the n-th new link of the node, the
 * MAC of a link, the link-local address made of it. Where several links have one MAC, it is that of
 * the link that a path names.
 */
public final class Masks {
  /** All but those that rows and sides give. */
  private static final Pattern OF_CHANCE = Pattern.compile("(?!02:00:00:00:)..(:..){5}");

  /** What the kernel made of a MAC that a link had before anybody looked. */
  private static final Pattern FORMER_LINK_LOCAL =
      Pattern.compile("fe80::[0-9a-f]{0,4}:?[0-9a-f]{0,2}ff:fe[0-9a-f]{2}:[0-9a-f]{1,4}");

  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, List<String>> owners = new TreeMap<>();
  private final Map<String, Map<String, String>> words = new HashMap<>();

  /**
   * @param pictures of one side, with all links that there were
   * @param known links and MACs that are not of chance, because both sides have them
   */
  public Masks(List<Picture> pictures, Set<String> known) {
    for (Picture picture : pictures) {
      picture.links().forEach((link, mac) -> add(link, mac, known));
    }
  }

  private void add(String link, String mac, Set<String> known) {
    String name = link.substring(link.indexOf(' ') + 1);
    if (!known.contains(link) && link.startsWith("node ")) {
      names.computeIfAbsent(name, one -> "<link" + (names.size() + 1) + ">");
    }
    if (!known.contains(mac) && OF_CHANCE.matcher(mac).matches()) {
      List<String> links = owners.computeIfAbsent(mac, one -> new ArrayList<>());
      words.computeIfAbsent(mac, Masks::words);
      if (!links.contains(name)) {
        links.add(name);
      }
    }
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

  /** Paths and values with all of them replaced; and which links share their MACs. */
  public Map<String, String> of(Map<String, String> facts) {
    Map<String, String> masked = new HashMap<>();
    facts.forEach((path, value) -> masked.put(of(path, path), of(value, path)));
    return masked;
  }

  /** The links that have one MAC, if there are such: a bridge that took that of a port. */
  public Map<String, String> shared() {
    Map<String, String> shared = new TreeMap<>();
    for (List<String> links : owners.values()) {
      if (links.size() > 1) {
        TreeSet<String> masked = new TreeSet<>();
        links.forEach(link -> masked.add(names.getOrDefault(link, link)));
        shared.put("one MAC for " + String.join(" and ", masked), "yes");
      }
    }
    return shared;
  }

  /** The text with all of them replaced, in a path or beside it. */
  public String of(String text, String path) {
    String masked = text;
    for (Map.Entry<String, List<String>> mac : owners.entrySet()) {
      String owner = owner(mac.getValue(), path);
      for (Map.Entry<String, String> word : words.get(mac.getKey()).entrySet()) {
        masked = masked.replace(word.getKey(), "<" + word.getValue() + " of " + owner + ">");
      }
    }
    for (Map.Entry<String, String> name : names.entrySet()) {
      masked = masked.replace(name.getKey(), name.getValue());
    }
    if (!masked.contains("fe80::")) {
      return masked;
    }
    return FORMER_LINK_LOCAL
        .matcher(masked)
        .replaceAll(
            found ->
                found.group().startsWith("fe80::ff:fe00:") ? found.group() : "<former link-local>");
  }

  private static String owner(List<String> links, String path) {
    List<String> words = List.of(path.split("[ /]"));
    return links.stream().filter(words::contains).findFirst().orElse(links.get(0));
  }

  /** A MAC as ip shows it, as a bridge's id has it, and the address made of it. */
  private static Map<String, String> words(String mac) {
    int[] bytes =
        Arrays.stream(mac.split(":")).mapToInt(hex -> Integer.parseInt(hex, 16)).toArray();
    Map<String, String> words = new LinkedHashMap<>();
    words.put(
        "8000."
            + "%x:%x:%x:%x:%x:%x"
                .formatted(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]),
        "bridge id");
    words.put(mac, "mac");
    words.put(linkLocal(bytes), "link-local");
    words.put(linkLocalOfIpvlan(bytes), "link-local");
    return words;
  }

  /** RFC 4291, appendix A. */
  private static String linkLocal(int... mac) {
    return "fe80::%x:%x:%x:%x"
        .formatted(
            (mac[0] ^ 2) << 8 | mac[1], mac[2] << 8 | 0xff, 0xfe00 | mac[3], mac[4] << 8 | mac[5]);
  }

  /** That of the first ipvlan of a parent: addrconf_ifid_eui48 in include/net/addrconf.h. */
  private static String linkLocalOfIpvlan(int... mac) {
    return "fe80::%x:%x:%x:%x"
        .formatted(mac[0] << 8 | mac[1], mac[2] << 8, 1 << 8 | mac[3], mac[4] << 8 | mac[5]);
  }
}
