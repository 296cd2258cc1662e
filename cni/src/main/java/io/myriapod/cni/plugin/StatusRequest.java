package io.myriapod.cni.plugin;

import io.myriapod.cni.config.NetworkConfig;
import java.nio.file.Path;
import java.util.List;

/** A STATUS. CNI SPEC 1.1.0, "STATUS". */
public record StatusRequest(
    NetworkConfig config, Deadline deadline, List<Path> searchPath, CallerEnvironment caller) {

  /** Copies the list. */
  public StatusRequest {
    searchPath = List.copyOf(searchPath);
  }

  /** A request from a caller without environment. */
  public StatusRequest(NetworkConfig config, Deadline deadline, List<Path> searchPath) {
    this(config, deadline, searchPath, CallerEnvironment.none());
  }

  /** The same with another configuration. */
  public StatusRequest withConfig(NetworkConfig other) {
    return new StatusRequest(other, deadline, searchPath, caller);
  }
}
