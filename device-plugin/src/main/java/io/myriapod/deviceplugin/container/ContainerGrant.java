package io.myriapod.deviceplugin.container;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container gets with its devices.
 *
 * @param environment in the order in which it was made
 * @param nodes each once
 * @param annotations for the container runtime
 * @param cdiDevices fully qualified names: {@code vendor/class=name}
 */
public record ContainerGrant(
    Map<String, String> environment,
    List<Node> nodes,
    Map<String, String> annotations,
    List<String> cdiDevices) {
  /** Copies the collections. */
  public ContainerGrant {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    nodes = List.copyOf(nodes);
    annotations = Map.copyOf(annotations);
    cdiDevices = List.copyOf(cdiDevices);
  }

  /**
   * A device file.
   *
   * @param host its path on the node
   * @param container its path in the container
   */
  public record Node(String host, String container) {
    /** Read and written, not made anew: mknod(2) is nothing that a container needs. */
    public static final String PERMISSIONS = "rw";
  }
}
