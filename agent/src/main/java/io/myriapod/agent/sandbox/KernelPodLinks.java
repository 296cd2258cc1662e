package io.myriapod.agent.sandbox;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Route;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.multus.port.PodLinks;
import io.myriapod.types.InterfaceName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@link PodLinks} over netlink. */
public final class KernelPodLinks implements PodLinks {
  private final Node node;

  /** Works on this node's pods. */
  public KernelPodLinks(Node node) {
    this.node = node;
  }

  @Override
  public Sandbox look(Path netns) {
    return in(
        netns,
        pod ->
            new Sandbox(
                pod.id(), pod.links().list().stream().map(Link::name).collect(Collectors.toSet())));
  }

  @Override
  public void moveDefaultRoutes(Path netns, InterfaceName via, List<Route> routes) {
    in(
        netns,
        pod -> {
          Link link = pod.links().require(via.value());
          Set<Boolean> families = families(routes);
          for (RouteEntry old : pod.routes().defaultRoutes()) {
            if (families.contains(old.isV6())) {
              pod.routes().delete(old);
            }
          }
          routes.forEach(route -> pod.routes().append(entry(route, link)));
          requireEqual(pod, link, routes, "move the default route");
          return link;
        });
  }

  @Override
  public void checkDefaultRoutes(Path netns, InterfaceName via, List<Route> routes) {
    in(
        netns,
        pod -> {
          Link link = pod.links().require(via.value());
          requireEqual(pod, link, routes, "check the default route");
          return link;
        });
  }

  @Override
  public void requireDefaultRoute(Path netns, InterfaceName via, boolean v6) {
    in(
        netns,
        pod -> {
          Optional<Link> link = pod.links().find(via.value());
          List<RouteEntry> found =
              pod.routes().listAll(route -> route.isDefault() && route.isV6() == v6);
          if (link.isPresent() && found.stream().noneMatch(r -> r.leavesBy(link.get().index()))) {
            throw new CniException(
                ErrorCode.CHECK_FAILED,
                "no %s default route leaves by \"%s\": want one"
                    .formatted(v6 ? "IPv6" : "IPv4", via),
                "another plugin or program changes the pod's routes; `ip route` in the pod shows them");
          }
          return found;
        });
  }

  private static RouteEntry entry(Route route, Link link) {
    RouteEntry entry = RouteEntry.to(route.destination()).withLink(link.index());
    if (route.gateway().isPresent()) {
      entry = entry.withGateway(route.gateway().get());
    }
    if (route.mtu().isPresent()) {
      entry = entry.withMtu(route.mtu().get());
    }
    if (route.advmss().isPresent()) {
      entry = entry.withAdvmss(route.advmss().get());
    }
    return route.priority().map(entry::withPriority).orElse(entry);
  }

  /** Reads the kernel's default routes back: all through the link, and the gateways wanted. */
  private static void requireEqual(
      NetworkNamespace pod, Link link, List<Route> wanted, String attempt) {
    Set<Boolean> families = families(wanted);
    List<RouteEntry> found =
        pod.routes().defaultRoutes().stream()
            .filter(route -> families.contains(route.isV6()))
            .toList();
    Set<Optional<InetAddress>> want =
        wanted.stream().map(Route::gateway).collect(Collectors.toSet());
    Set<Optional<InetAddress>> got =
        found.stream().flatMap(KernelPodLinks::gateways).collect(Collectors.toSet());
    boolean elsewhere = found.stream().anyMatch(route -> !route.leavesBy(link.index()));
    if (elsewhere || !want.equals(got)) {
      throw new CniException(
          ErrorCode.CHECK_FAILED,
          "%s through \"%s\": want gateways %s on it, found %s"
              .formatted(attempt, link.name(), want, found),
          "another plugin or program changes the pod's routes; `ip route` in the pod shows them");
    }
  }

  private static Stream<Optional<InetAddress>> gateways(RouteEntry route) {
    return route.nextHops().isEmpty()
        ? Stream.of(route.gateway())
        : route.nextHops().stream().map(hop -> hop.gateway());
  }

  private static Set<Boolean> families(List<Route> routes) {
    return routes.stream().map(route -> route.destination().isV6()).collect(Collectors.toSet());
  }

  private <T> T in(Path netns, Function<NetworkNamespace, T> work) {
    try (NetworkNamespace pod = node.open(netns)) {
      return work.apply(pod);
    } catch (NotANetworkNamespaceException e) {
      throw new CniException(
          ErrorCode.INVALID_NETNS,
          e.getMessage(),
          "CNI_NETNS must be the path of the pod's network namespace");
    } catch (ErrnoException e) {
      throw new CniException(
          ErrorCode.KERNEL_REFUSED,
          "pod namespace \"%s\": %s".formatted(netns, e.getMessage()),
          "`ip link` and `ip route` in the pod show what is there");
    }
  }
}
