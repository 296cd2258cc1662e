package io.myriapod.differential.side;

import io.myriapod.differential.kernel.Picture;
import io.myriapod.fixtures.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/** Takes away by hand what a row left on a node. */
final class Sweep {
  private static final String USUAL =
      """
      for link in lo parent0 wire0; do
        ip address flush dev $link scope global
        ip -6 address flush dev $link scope global
      done
      ip route flush table main proto static
      ip route flush table main proto boot
      ip -6 route flush table main proto static
      ip -6 route flush table main proto boot
      for link in parent0 wire0; do
        ip link set $link mtu 1500 promisc off allmulticast off txqueuelen 1000 up
      done
      """;

  private Sweep() {}

  static void of(Map<String, String> changes, Picture untouched, Netns node, Path root) {
    StringBuilder script = new StringBuilder();
    TreeSet<String> links = new TreeSet<>();
    TreeSet<String> tables = new TreeSet<>();
    changes.forEach(
        (path, value) -> {
          String[] words = path.split(" ");
          if (words[1].equals("link") && !untouched.links().containsKey("node " + words[2])) {
            links.add(words[2]);
          } else if (words[1].equals("nft")) {
            tables.add("flush ruleset");
          } else if (words[1].equals("file")) {
            delete(root.resolve(words[2]));
          }
        });
    links.forEach(link -> script.append("ip link delete %s 2>/dev/null\n".formatted(link)));
    tables.forEach(command -> script.append("nft %s\n".formatted(command)));
    node.attempt("sh", "-c", script + USUAL + sysctls(changes, untouched));
  }

  /** The one that sets others as well comes first: ip_forward, then all, default, links. */
  private static String sysctls(Map<String, String> changes, Picture untouched) {
    StringBuilder script = new StringBuilder();
    changes.keySet().stream()
        .filter(path -> path.startsWith("node sysctl ") && untouched.facts().containsKey(path))
        .sorted((a, b) -> Boolean.compare(b.endsWith("ip_forward"), a.endsWith("ip_forward")))
        .forEach(
            path ->
                script.append(
                    "echo '%s' >/proc/sys/net/%s\n"
                        .formatted(
                            untouched.facts().get(path), path.substring("node sysctl ".length()))));
    return script.toString();
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + file, e);
    }
  }
}
