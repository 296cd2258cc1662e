package io.myriapod.cni.plugin;

import io.myriapod.cni.config.NetworkConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A GC. CNI SPEC 1.1.0, "GC".
 *
 * @param valid attachments of this network that live; all else of the network may be freed
 */
public record GcRequest(
    NetworkConfig config,
    Set<Attachment> valid,
    Deadline deadline,
    List<Path> searchPath,
    CallerEnvironment caller) {

  /** Copies the collections. */
  public GcRequest {
    valid = Set.copyOf(valid);
    searchPath = List.copyOf(searchPath);
  }

  /** A request from a caller without environment. */
  public GcRequest(
      NetworkConfig config, Set<Attachment> valid, Deadline deadline, List<Path> searchPath) {
    this(config, valid, deadline, searchPath, CallerEnvironment.none());
  }

  /** The same with other living attachments. */
  public GcRequest withValid(Set<Attachment> others) {
    return new GcRequest(config, others, deadline, searchPath, caller);
  }

  /** The same with another configuration. */
  public GcRequest withConfig(NetworkConfig other) {
    return new GcRequest(other, valid, deadline, searchPath, caller);
  }
}
