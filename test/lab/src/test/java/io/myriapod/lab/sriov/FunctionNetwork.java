package io.myriapod.lab.sriov;

import io.myriapod.fixtures.Netns;
import io.myriapod.lab.node.NodePlugin;
import io.myriapod.lab.node.PciFunction;
import java.nio.file.Path;

/** A network of the plugin {@code sriov} with one fixed address. */
final class FunctionNetwork {
  private FunctionNetwork() {}

  /**
   * @param keys of its own, each with a comma behind it
   */
  static NodePlugin of(Path root, Netns pod, PciFunction function, String keys, String address) {
    return NodePlugin.of(
        root,
        pod,
        """
        {"cniVersion": "1.1.0", "name": "functions", "type": "sriov", "deviceID": "%s", %s
         "ipam": {"type": "static", "addresses": [{"address": "%s/24"}]}}
        """
            .formatted(function, keys, address));
  }
}
