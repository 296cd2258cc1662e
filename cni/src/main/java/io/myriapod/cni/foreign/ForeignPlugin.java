package io.myriapod.cni.foreign;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.plugin.ValidAttachments;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import java.nio.file.Path;
import java.util.Map;

/**
 * A plugin that is an executable of the node, called as CNI SPEC 1.1.0, "CNI operations" and
 * "Plugin delegation" have it. The whole configuration goes to its stdin.
 */
public final class ForeignPlugin implements Plugin {
  private final String type;
  private final String why;
  private final Execution execution;

  private ForeignPlugin(String type, Launcher launcher, String why) {
    this.type = type;
    this.why = why;
    this.execution = new Execution(launcher, Pause.PARKED);
  }

  /** The plugin of a type that is not built in. */
  public ForeignPlugin(String type, Launcher launcher) {
    this(type, launcher, "");
  }

  /**
   * The node's own plugin of a type that is built in.
   *
   * @param key of the configuration that asks for it
   */
  public static ForeignPlugin insteadOfBuiltin(String type, String key, Launcher launcher) {
    return new ForeignPlugin(
        type, launcher, "\"%s\" in the configuration needs the node's own".formatted(key));
  }

  @Override
  public String type() {
    return type;
  }

  /** Only looks whether the executable is there. */
  @Override
  public void validate(PluginRequest request) {
    BinarySearch.require(type, request.searchPath(), why);
  }

  @Override
  public CniResult add(PluginRequest request) {
    NetworkConfig config = withPrevResult(request);
    byte[] stdout = run("ADD", ForeignEnvironment.of("ADD", request), config, request);
    return PluginOutput.result(type, stdout, config.cniVersion());
  }

  @Override
  public void check(PluginRequest request) {
    run("CHECK", ForeignEnvironment.of("CHECK", request), withPrevResult(request), request);
  }

  /** The previous result goes along from version 0.4.0 on. */
  @Override
  public void delete(PluginRequest request) {
    boolean told = request.config().cniVersion().atLeast(CniVersion.V0_4_0);
    NetworkConfig config = told ? withPrevResult(request) : request.config().without("prevResult");
    run("DEL", ForeignEnvironment.of("DEL", request), config, request);
  }

  @Override
  public void gc(GcRequest request) {
    execution.run(
        "GC",
        BinarySearch.require(type, request.searchPath(), why),
        ForeignEnvironment.of(request),
        ValidAttachments.into(request.config(), request.valid()),
        request.deadline());
  }

  /** Throws code 50 if the executable is not there, else what it says itself. */
  @Override
  public void status(StatusRequest request) {
    execution.run(
        "STATUS",
        requireForStatus(request),
        ForeignEnvironment.of(request),
        request.config(),
        request.deadline());
  }

  private Path requireForStatus(StatusRequest request) {
    try {
      return BinarySearch.require(type, request.searchPath(), why);
    } catch (CniException e) {
      throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
    }
  }

  private byte[] run(
      String verb, Map<String, String> environment, NetworkConfig config, PluginRequest request) {
    return execution.run(
        verb,
        BinarySearch.require(type, request.searchPath(), why),
        environment,
        config,
        request.deadline());
  }

  /**
   * The request's previous result in the configuration's version; what the configuration has stays
   * if the request has none.
   *
   * @throws CniException 1 if the result does not fit into that version
   */
  private static NetworkConfig withPrevResult(PluginRequest request) {
    NetworkConfig config = request.config();
    return request
        .prevResult()
        .map(result -> ResultCodec.encode(result, config.cniVersion()))
        .map(result -> config.with("prevResult", result))
        .orElse(config);
  }
}
