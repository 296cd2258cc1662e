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
  @Override
  public void validate(PluginRequest request) {
    ipam.validate(request);
  }

  @Override
  public CniResult add(PluginRequest request) {
    try (OpenRecord record =
        journal.begin(Operations.keyOf(request), JsonNodeFactory.instance.objectNode())) {
      LeaseUndo.foreseen(ipam, request).forEach(record::will);
      CniResult result = ipam.allocate(request);
      record.done();
      return result;
    }
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
