package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.undo.LeaseUndo;
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
      LeaseUndo.foreseen(ipam, request).forEach(record::will);
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

  private record Unrecorded(String type, Ipam ipam) implements Plugin {
    @Override
    public void validate(PluginRequest request) {
      ipam.validate(request);
    }

    @Override
    public CniResult add(PluginRequest request) {
      return ipam.allocate(request);
    }

    @Override
    public void check(PluginRequest request) {
      ipam.check(request);
    }

    @Override
    public void delete(PluginRequest request) {
      ipam.release(request);
    }

    @Override
    public void gc(GcRequest request) {
      ipam.gc(request);
    }

    @Override
    public void status(StatusRequest request) {
      ipam.status(request);
    }
  }
}
