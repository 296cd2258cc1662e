package io.myriapod.cni.chain;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.CollectedErrors;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.foreign.ForeignPlugin;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.version.CniVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Runs the plugins of a network. CNI SPEC 1.1.0, "Lifecycle & Ordering" and the steps of "ADD",
 * "DEL", "CHECK", "GC" and "STATUS" for a runtime.
 */
public final class Chain {
  private final PluginResolver resolver;
  private final ChainListener listener;

  /** The listener is told of each ADD before it happens. */
  public Chain(PluginResolver resolver, ChainListener listener) {
    this.resolver = resolver;
    this.listener = listener;
  }

  /** Has every plugin check its request; the first error wins. */
  public void validate(ChainCall call) {
    requirePlugins(call.list());
    for (int i = 0; i < call.list().plugins().size(); i++) {
      PluginRequest request = call.request(i, Optional.empty());
      resolve(request).validate(request);
    }
  }

  /**
   * Adds plugin after plugin, each with the result of the one before; stops at the first error and
   * leaves the undoing to the caller. Returns the last result.
   */
  public CniResult add(ChainCall call) {
    requirePlugins(call.list());
    Optional<CniResult> result = Optional.empty();
    for (int i = 0; i < call.list().plugins().size(); i++) {
      PluginRequest request = call.request(i, result);
      Plugin plugin = resolve(request);
      listener.willAdd(plugin, request);
      result = Optional.of(plugin.add(request));
    }
    return result.orElse(CniResult.empty());
  }

  /**
   * Has every plugin compare the final result of the ADD with what is there; does nothing if the
   * list disables it. What an executed plugin behind a built-in one changes without saying so is
   * left out of what the built-in one compares.
   *
   * @throws CniException 1 below version 0.4.0, which knows no CHECK
   */
  public void check(ChainCall call, CniResult finalResult) {
    if (!call.list().cniVersion().atLeast(CniVersion.V0_4_0)) {
      throw new CniException(
          ErrorCode.INCOMPATIBLE_VERSION,
          "network \"%s\": cniVersion %s does not know CHECK"
              .formatted(call.list().name(), call.list().cniVersion()),
          "use \"cniVersion\" 0.4.0 or newer");
    }
    if (call.list().disableCheck()) {
      return;
    }
    int lastForeign = lastForeign(call);
    CniResult allowing = finalResult.withoutMtuOf(call.interfaceName().value());
    for (int i = 0; i < call.list().plugins().size(); i++) {
      PluginRequest request = call.request(i, Optional.of(finalResult));
      Plugin plugin = resolve(request);
      boolean allows = i < lastForeign && !(plugin instanceof ForeignPlugin);
      plugin.check(allows ? request.withPrevResult(Optional.of(allowing)) : request);
    }
  }

  /** Place of the last plugin that is executed; -1 if none is. */
  private int lastForeign(ChainCall call) {
    return IntStream.range(0, call.list().plugins().size())
        .filter(i -> resolve(call.request(i, Optional.empty())) instanceof ForeignPlugin)
        .max()
        .orElse(-1);
  }

  /**
   * Deletes in reverse order, goes on past errors and reports them all.
   *
   * @param finalResult of the ADD; handed on from version 0.4.0
   */
  public void delete(ChainCall call, Optional<CniResult> finalResult) {
    boolean told = call.list().cniVersion().atLeast(CniVersion.V0_4_0);
    Optional<CniResult> result = told ? finalResult : Optional.empty();
    CollectedErrors errors = new CollectedErrors();
    for (int i = call.list().plugins().size() - 1; i >= 0; i--) {
      int plugin = i;
      errors.attempt(
          () -> {
            PluginRequest request = call.request(plugin, result);
            resolve(request).delete(request);
          });
    }
    errors.raise();
  }

  /**
   * Has every plugin free what belongs to no valid attachment, goes on past errors and reports them
   * all. Does nothing if the list disables it. In a list older than 1.1.0, which knows no GC, only
   * built-in plugins are called: what they hold needs no version.
   *
   * @param request its configuration is not used
   */
  public void gc(NetworkList list, GcRequest request) {
    if (list.disableGC()) {
      return;
    }
    CollectedErrors errors = new CollectedErrors();
    for (int i = 0; i < list.plugins().size(); i++) {
      NetworkConfig config = derived(list, i);
      errors.attempt(
          () ->
              knowing(config, request.searchPath())
                  .ifPresent(plugin -> plugin.gc(request.withConfig(config))));
    }
    errors.raise();
  }

  /**
   * Asks plugin after plugin; the first error wins. In a list older than 1.1.0, which knows no
   * STATUS, only built-in plugins are asked.
   *
   * @param request its configuration is not used
   */
  public void status(NetworkList list, StatusRequest request) {
    for (int i = 0; i < list.plugins().size(); i++) {
      NetworkConfig config = derived(list, i);
      knowing(config, request.searchPath())
          .ifPresent(plugin -> plugin.status(request.withConfig(config)));
    }
  }

  /** The plugin, if it can be asked for what came with version 1.1.0. */
  private Optional<Plugin> knowing(NetworkConfig config, List<Path> searchPath) {
    return Optional.of(resolver.resolve(config, searchPath))
        .filter(
            plugin ->
                config.cniVersion().atLeast(CniVersion.V1_1_0)
                    || !(plugin instanceof ForeignPlugin));
  }

  private static NetworkConfig derived(NetworkList list, int plugin) {
    return list.forPlugin(plugin, Map.of(), Optional.empty());
  }

  private Plugin resolve(PluginRequest request) {
    return resolver.resolve(request.config(), request.searchPath());
  }

  private static void requirePlugins(NetworkList list) {
    if (list.plugins().isEmpty()) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "network \"%s\": no plugin configs found".formatted(list.name()),
          "add \"plugins\", or files in the directory of the network's name");
    }
  }
}
