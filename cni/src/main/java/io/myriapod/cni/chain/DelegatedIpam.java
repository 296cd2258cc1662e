package io.myriapod.cni.chain;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkNames;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.foreign.DhcpDaemon;
import io.myriapod.cni.foreign.ForeignPlugin;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.version.CniVersion;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executed IPAM plugin under a built-in main plugin. CNI SPEC 1.1.0, "Plugin Delegation": it
 * gets the main plugin's environment and whole configuration.
 */
public final class DelegatedIpam {
  private static final Logger LOG = LoggerFactory.getLogger(DelegatedIpam.class);

  /** A release is worth that much time even if the ADD used up its own. */
  private static final Duration AFTER_THE_DEADLINE = Duration.ofSeconds(10);

  private final Launcher launcher;
  private final ChainListener listener;

  /** The listener is told of each ADD before it happens. */
  public DelegatedIpam(Launcher launcher, ChainListener listener) {
    this.launcher = launcher;
    this.listener = listener;
  }

  /** Looks whether the executable, and a daemon that it needs, are there. */
  public void validate(PluginRequest request) {
    plugin(request.config()).validate(request);
    DhcpDaemon.require(request.config(), ErrorCode.TRY_AGAIN_LATER, request.deadline());
  }

  /** Allocates; if that goes wrong, releases before it throws, as the specification advises. */
  public CniResult allocate(PluginRequest request) {
    ForeignPlugin plugin = plugin(request.config());
    listener.willAdd(plugin, request);
    try {
      return plugin.add(request);
    } catch (CniException e) {
      releaseAfter(e, plugin, request);
      throw e;
    }
  }

  private static void releaseAfter(
      CniException failure, ForeignPlugin plugin, PluginRequest request) {
    try {
      boolean late = request.deadline().passed();
      plugin.delete(late ? request.withDeadline(Deadline.in(AFTER_THE_DEADLINE)) : request);
    } catch (CniException e) {
      LOG.warn("DEL after a failed ADD: {}", e.getMessage());
      failure.addSuppressed(e);
    }
  }

  /** CHECK. */
  public void check(PluginRequest request) {
    plugin(request.config()).check(request);
  }

  /** DEL. */
  public void release(PluginRequest request) {
    plugin(request.config()).delete(request);
  }

  /** GC; nothing below version 1.1.0, which knows none. */
  public void gc(GcRequest request) {
    if (request.config().cniVersion().atLeast(CniVersion.V1_1_0)) {
      plugin(request.config()).gc(request);
    }
  }

  /** STATUS; below version 1.1.0, which knows none, no more than what we know ourselves. */
  public void status(StatusRequest request) {
    ForeignPlugin plugin = plugin(request.config());
    DhcpDaemon.require(request.config(), ErrorCode.UNAVAILABLE, request.deadline());
    if (request.config().cniVersion().atLeast(CniVersion.V1_1_0)) {
      plugin.status(request);
    }
  }

  private ForeignPlugin plugin(NetworkConfig config) {
    ConfigObject ipam =
        config.ipam().orElseThrow(() -> config.root().missing("ipam", "an object with a \"type\""));
    String type = ipam.string("type").orElseThrow(() -> ipam.missing("type", "an IPAM plugin"));
    if (!NetworkNames.isType(type)) {
      throw ipam.invalid("type", type, "a plugin's name without path separators");
    }
    return new ForeignPlugin(type, launcher);
  }
}
