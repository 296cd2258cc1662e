package io.myriapod.multus;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The items of the specification of the Network Plumbing Working Group, version 1.3, by number.
 * Tests are named by them.
 */
final class NpwgItems {
  /** What each item asks for, in the order of the specification. */
  static final List<String> ALL =
      List.of(
          "3.1, 3.2: group, kind, scope; spec.config is optional",
          "3.3: names are DNS-1123 labels",
          "3.4.1: where the configuration comes from",
          "3.4.2: a name that is missing is that of the definition",
          "4.1: both formats of the annotation",
          "4.1.1: name, or namespace/name",
          "4.1.2.1: keys without a period are reserved",
          "4.1.2.1, ips: at least one, all valid",
          "4.1.2.1, ips: in runtimeConfig",
          "4.1.2.1: a plugin has the capability, else the attachment fails",
          "4.1.2.1, mac: six bytes",
          "4.1.2.1, interface: a name of the kernel, CNI_IFNAME, not in use",
          "4.1.2.1, cni-args: in args.cni, before those of the definition",
          "4.1.2.1, portMappings: ports, protocol",
          "4.1.2.1, bandwidth: rates, bursts",
          "4.1.2.1, default-route: on one element",
          "4.1.2.1, default-route: an empty list, several gateways",
          "4.1.2.1, default-route: cleared from the default network",
          "4.1.2.1, infiniband-guid: eight bytes",
          "4.1.2.1, ipam-claim-reference: honoured by the delegate, not beside ips",
          "4.2: one network several times",
          "5: name of the annotation, a list",
          "5.1.1: the first interface in the sandbox; the least without a result",
          "5.2: the default network has an element",
          "5.3.5: default is always there",
          "5.3.3: addresses of the interface in the sandbox",
          "5.3.4: mac needs interface",
          "5.3.6: default-route",
          "5.3.7: device-info; infiniband-guid",
          "6: every pod, first",
          "6.1: ready when the default network is",
          "6.1.2: nothing is attached before",
          "7.1: rules of CNI for lists",
          "7.2: one failure fails all, the rest is not attempted",
          "7.2: all are torn down, the error is delivered",
          "7.3: no two operations of a container at once",
          "7.4: what is not allowed fails the pod",
          "7.5: runtimeConfig of the runtime is the default network's",
          "8: IPAMClaim");

  private NpwgItems() {}

  /** Numbers of the items that no method of the classes is named by. */
  static Set<Integer> without(Class<?>... classes) {
    Set<Integer> missing = new TreeSet<>();
    Set<String> named =
        Stream.of(classes)
            .flatMap(each -> Stream.of(each.getDeclaredMethods()))
            .map(Method::getName)
            .filter(name -> name.matches("item\\d\\d_.*"))
            .map(name -> name.substring(0, 6))
            .collect(Collectors.toSet());
    for (int item = 1; item <= ALL.size(); item++) {
      if (!named.contains("item%02d".formatted(item))) {
        missing.add(item);
      }
    }
    return missing;
  }
}
