package io.myriapod.multus;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Route;
import io.myriapod.multus.port.PodLinks;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A pod's namespace in collections. */
final class FakePodLinks implements PodLinks {
  final Set<String> names = new HashSet<>(Set.of("lo"));
  final Map<InterfaceName, List<Route>> defaults = new HashMap<>();
  final List<String> acts = new ArrayList<>();
  String id = "boot:1";
  boolean refuses;

  @Override
  public Sandbox look(Path netns) {
    return new Sandbox(id, names);
  }

  @Override
  public void moveDefaultRoutes(Path netns, InterfaceName via, List<Route> routes) {
    if (refuses) {
      throw new CniException(ErrorCode.KERNEL_REFUSED, "add route: ENETUNREACH", "");
    }
    routes.forEach(
        route ->
            acts.add(
                "default %s via %s prio %s"
                    .formatted(
                        via,
                        route.gateway().map(g -> g.getHostAddress()).orElse("link"),
                        route.priority().map(String::valueOf).orElse("-"))));
    defaults.put(via, routes);
  }

  @Override
  public void checkDefaultRoutes(Path netns, InterfaceName via, List<Route> routes) {
    if (!routes.equals(defaults.get(via))) {
      throw new CniException(ErrorCode.CHECK_FAILED, "default route differs", "");
    }
  }

  @Override
  public void requireDefaultRoute(Path netns, InterfaceName via, boolean v6) {}
}
