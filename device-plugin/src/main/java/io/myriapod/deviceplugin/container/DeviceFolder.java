package io.myriapod.deviceplugin.container;

import io.myriapod.deviceplugin.container.ContainerGrant.Node;
import io.myriapod.types.DeviceId;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The node's {@code /dev}.
 *
 * @param folder what stands for it here; nodes are told under the name that the kubelet knows
 */
record DeviceFolder(Path folder) {
  /** The path of a file below {@code /dev}, on the node and in a container. */
  static String pathOf(String file) {
    return "/dev/" + file;
  }

  /** The file under the same path in the container, whether it is there or not. */
  static Node node(String file) {
    return new Node(pathOf(file), pathOf(file));
  }

  boolean has(String file) {
    return Files.exists(folder.resolve(file));
  }

  /**
   * The file under the same path in the container.
   *
   * @throws GrantException with that remedy if it is not there
   */
  Node required(DeviceId device, String file, String remedy) {
    if (!has(file)) {
      throw new GrantException(device, pathOf(file) + " is not there", remedy);
    }
    return node(file);
  }
}
