package io.myriapod.child.link;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Requests for tests that touch no kernel. */
public final class ChildRequests {
  private ChildRequests() {}

  /** Of these keys and the usual ones; single quotes stand for double ones. */
  public static PluginRequest of(String type, String keys, String args) {
    return new PluginRequest(
        new ContainerId("c1"),
        new InterfaceName("net1"),
        Optional.of(Path.of("/run/netns/absent")),
        args.isEmpty() ? CniArgs.empty() : CniArgs.parse(args),
        PluginLab.config("storage", type, keys),
        Optional.empty(),
        Deadline.in(Duration.ofSeconds(5)),
        List.of());
  }
}
