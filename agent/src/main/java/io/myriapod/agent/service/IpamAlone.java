package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.undo.LeaseUndo;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.Ipam;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;

/**
 * Address management as a plugin of its own, for the main plugins of others, which execute it by
 * its name. CNI SPEC 1.1.0, "Plugin Delegation".
 */
record IpamAlone(String type, Ipam ipam, Journal journal) implements Plugin {
  /**
   * The same under a main plugin that we execute ourselves: the inverse of that execution, which is
   * recorded, gives the lease back in its turn.
   */
  Plugin unrecorded() {
    return new Unrecorded(type, ipam);
  }

  @Override
  public void validate(PluginRequest request) {
    unrecorded().validate(request);
  }

  @Override
  public CniResult add(PluginRequest request) {
    try (OpenRecord record =
        journal.begin(Operations.keyOf(request), JsonNodeFactory.instance.objectNode())) {
      LeaseUndo.foreseen(ipam, own(type, request)).forEach(record::will);
      CniResult result = unrecorded().add(request);
      record.done();
      return result;
    }
  }

  @Override
  public void check(PluginRequest request) {
    unrecorded().check(request);
  }

  @Override
  public void delete(PluginRequest request) {
    unrecorded().delete(request);
  }

  @Override
  public void gc(GcRequest request) {
    unrecorded().gc(request);
  }

  @Override
  public void status(StatusRequest request) {
    unrecorded().status(request);
  }

  private static PluginRequest own(String type, PluginRequest request) {
    return request.withConfig(own(type, request.config()));
  }

  /** Whatever {@code ipam} says: the caller has chosen by the name of the executable. */
  private static NetworkConfig own(String type, NetworkConfig config) {
    return config
        .ipam()
        .map(ConfigObject::json)
        .map(
            ipam -> {
              GoKeys.remove(ipam, "type");
              GoKeys.remove(ipam, "builtin");
              return config.with("ipam", ipam.put("type", type));
            })
        .orElse(config);
  }

  private record Unrecorded(String type, Ipam ipam) implements Plugin {
    @Override
    public void validate(PluginRequest request) {
      if (request.config().ipam().isEmpty()) {
        throw request
            .config()
            .root()
            .missing("ipam", "the object that \"%s\" reads".formatted(type));
      }
      PluginRequest own = own(type, request);
      ipam.validate(own);
      UnusedKeys.reportOfIpam(own.config());
    }

    @Override
    public CniResult add(PluginRequest request) {
      return ipam.allocate(own(type, request));
    }

    @Override
    public void check(PluginRequest request) {
      ipam.check(own(type, request));
    }

    @Override
    public void delete(PluginRequest request) {
      ipam.release(own(type, request));
    }

    @Override
    public void gc(GcRequest request) {
      ipam.gc(request.withConfig(own(type, request.config())));
    }

    @Override
    public void status(StatusRequest request) {
      ipam.status(request.withConfig(own(type, request.config())));
    }
  }
}
