package io.myriapod.cni.plugin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.result.CniResult;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An ADD, CHECK or DEL.
 *
 * @param netns path of the pod's network namespace; absent in a DEL after it is gone
 * @param config as it would go to the plugin's stdin
 * @param prevResult of the plugin before in an ADD; the final result in CHECK and DEL
 * @param searchPath directories of {@code CNI_PATH}
 * @param caller what executed plugins get of the caller's environment
 */
public record PluginRequest(
    ContainerId container,
    InterfaceName interfaceName,
    Optional<Path> netns,
    CniArgs args,
    NetworkConfig config,
    Optional<CniResult> prevResult,
    Deadline deadline,
    List<Path> searchPath,
    CallerEnvironment caller) {

  /** Copies the list. */
  public PluginRequest {
    searchPath = List.copyOf(searchPath);
  }

  /** A request from a caller without environment. */
  public PluginRequest(
      ContainerId container,
      InterfaceName interfaceName,
      Optional<Path> netns,
      CniArgs args,
      NetworkConfig config,
      Optional<CniResult> prevResult,
      Deadline deadline,
      List<Path> searchPath) {
    this(
        container,
        interfaceName,
        netns,
        args,
        config,
        prevResult,
        deadline,
        searchPath,
        CallerEnvironment.none());
  }

  /** Container and interface name. */
  public Attachment attachment() {
    return new Attachment(container, interfaceName);
  }

  /**
   * The path of the pod's network namespace.
   *
   * @throws CniException 4 if there is none
   */
  public Path requireNetns() {
    return netns.orElseThrow(PluginRequest::netnsMissing);
  }

  /**
   * What a record of it begins with: {@code network}, its name, and {@code netns}, the path.
   *
   * @throws CniException 4 if there is no namespace
   */
  public ObjectNode facts() {
    return Json.object().put("network", config.name()).put("netns", requireNetns().toString());
  }

  /** A code 4 for a call that needs the pod's network namespace and has no path of it. */
  public static CniException netnsMissing() {
    return new CniException(
        ErrorCode.BAD_ENVIRONMENT,
        "CNI_NETNS is empty: want the path of the pod's network namespace",
        "the container runtime sets it");
  }

  /**
   * The previous result, which a CHECK must bring.
   *
   * @throws CniException 7 if there is none
   */
  public CniResult requirePrevResult() {
    return prevResult.orElseThrow(() -> config.root().missing("prevResult", "ADD's result"));
  }

  /** The same for another interface. */
  public PluginRequest withInterfaceName(InterfaceName other) {
    return new PluginRequest(
        container, other, netns, args, config, prevResult, deadline, searchPath, caller);
  }

  /** The same with other arguments. */
  public PluginRequest withArgs(CniArgs other) {
    return new PluginRequest(
        container, interfaceName, netns, other, config, prevResult, deadline, searchPath, caller);
  }

  /** The same with another configuration. */
  public PluginRequest withConfig(NetworkConfig other) {
    return new PluginRequest(
        container, interfaceName, netns, args, other, prevResult, deadline, searchPath, caller);
  }

  /** The same for a container whose namespace is gone. */
  public PluginRequest withoutNetns() {
    return new PluginRequest(
        container,
        interfaceName,
        Optional.empty(),
        args,
        config,
        prevResult,
        deadline,
        searchPath,
        caller);
  }

  /** The same with another previous result. */
  public PluginRequest withPrevResult(Optional<CniResult> other) {
    return new PluginRequest(
        container, interfaceName, netns, args, config, other, deadline, searchPath, caller);
  }

  /** The same with another deadline. */
  public PluginRequest withDeadline(Deadline other) {
    return new PluginRequest(
        container, interfaceName, netns, args, config, prevResult, other, searchPath, caller);
  }
}
