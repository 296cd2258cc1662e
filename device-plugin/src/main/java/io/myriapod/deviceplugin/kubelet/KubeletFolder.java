package io.myriapod.deviceplugin.kubelet;

import java.nio.file.Path;

/**
 * Where the kubelet and its plugins meet: {@code /var/lib/kubelet}, if it was not told otherwise.
 */
public record KubeletFolder(Path root) {
  /** Where plugins put their sockets to be found; made by the kubelet. */
  public Path pluginsRegistry() {
    return root.resolve("plugins_registry");
  }

  /** Where plugins put their sockets if they register themselves; emptied by each new kubelet. */
  public Path devicePlugins() {
    return root.resolve("device-plugins");
  }

  /** Served by each kubelet that lives, in both modes. */
  public Path kubeletSocket() {
    return devicePlugins().resolve("kubelet.sock");
  }

  Path of(RegistrationMode mode) {
    return mode == RegistrationMode.WATCHER ? pluginsRegistry() : devicePlugins();
  }
}
