package io.myriapod.multus.port;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.result.Route;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the meta-plugin itself sees and does inside a pod's network namespace. */
public interface PodLinks {

  /**
   * The namespace as it is found.
   *
   * @param id tells it from every other one of this and earlier boots
   * @param interfaceNames of all links in it
   */
  record Sandbox(String id, Set<String> interfaceNames) {
    /** Copies the set. */
    public Sandbox {
      interfaceNames = Set.copyOf(interfaceNames);
    }
  }

  /**
   * Looks into the namespace.
   *
   * @throws CniException 8 if the path is no network namespace
   */
  Sandbox look(Path netns);

  /**
   * Makes these the namespace's only default routes of their address families, in the main table,
   * through this interface: removes the others, adds these, reads back. Families that no route is
   * of stay as they are.
   *
   * @param routes default routes, best first; a gateway that is absent means directly on the link;
   *     a priority that is absent is the kernel's choice
   * @throws CniException if the kernel refuses, or the routes read back differ
   */
  void moveDefaultRoutes(Path netns, InterfaceName via, List<Route> routes);

  /**
   * Compares the default routes of these routes' families with them.
   *
   * @throws CniException 106 naming what differs
   */
  void checkDefaultRoutes(Path netns, InterfaceName via, List<Route> routes);

  /**
   * Looks whether a default route of the family leaves by the interface, in whatever table.
   *
   * @throws CniException 106 if none does
   */
  void requireDefaultRoute(Path netns, InterfaceName via, boolean v6);
}
