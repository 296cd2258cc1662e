package io.myriapod.differential.side;

import io.myriapod.differential.kernel.Picture;
import io.myriapod.fixtures.Netns;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes away by hand what a row left on a node. */
final class Sweep {
  private static final String ADDRESSES =
      """
      for link in lo parent0 wire0; do
        ip address flush dev $link scope global
        ip -6 address flush dev $link scope global
      done
      """;
  private static final String ROUTES =
      """
      for family in -4 -6; do
        ip $family route flush table main proto static
        ip $family route flush table main proto boot
      done
      """;
  private static final String LINKS =
      """
      for link in parent0 wire0; do
        ip link set $link mtu 1500 promisc off allmulticast off txqueuelen 1000 up
      done
      """;

  private Sweep() {}

  static void of(Map<String, String> changes, Picture untouched, Netns node) {
    Set<String> commands = new LinkedHashSet<>();
    changes.keySet().forEach(path -> command(path.split(" "), untouched).ifPresent(commands::add));
    node.attempt("sh", "-c", String.join("\n", commands) + '\n' + sysctls(changes, untouched));
  }

  private static Optional<String> command(String[] path, Picture untouched) {
    switch (path[1]) {
      case "link":
        boolean made = !untouched.links().containsKey("node " + path[2]);
        return Optional.of(made ? "ip link delete %s 2>/dev/null".formatted(path[2]) : LINKS);
      case "address":
        return Optional.of(ADDRESSES);
      case "route":
        return Optional.of(ROUTES);
      case "nft":
        return Optional.of("nft flush ruleset");
      default:
        return Optional.empty();
    }
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
}
