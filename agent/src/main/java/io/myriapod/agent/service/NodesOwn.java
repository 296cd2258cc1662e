package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.cni.config.NodeOwnKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.foreign.BinarySearch;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.multus.attach.ForeignSteps;
import java.nio.file.Path;
import java.util.List;

/**
 * A built-in plugin that was called by its own name with a configuration for the node's own
 * executable: that one serves it, if {@code CNI_PATH} has one beside the link to us. Its execution
 * is recorded, so that it is asked to delete as well.
 *
 * @param executed the node's own
 * @param builtin serves DEL, GC and STATUS if there is no such executable (any more)
 */
record NodesOwn(Plugin executed, Plugin builtin, Journal journal) implements Plugin {
  @Override
  public String type() {
    return builtin.type();
  }

  /** Throws {@link CniException} 2, which names the key, without the executable. */
  @Override
  public void validate(PluginRequest request) {
    if (!isThere(request.searchPath())) {
      NodeOwnKeys.requireNone(request.config());
    }
    executed.validate(request);
  }

  @Override
  public CniResult add(PluginRequest request) {
    try (OpenRecord record =
        journal.begin(Operations.keyOf(request), JsonNodeFactory.instance.objectNode())) {
      record.will(ForeignSteps.inverse(type(), request).toInverse());
      CniResult result = executed.add(request);
      record.done();
      return result;
    }
  }

  @Override
  public void check(PluginRequest request) {
    executed.check(request);
  }

  @Override
  public void delete(PluginRequest request) {
    serving(request.searchPath()).delete(request);
  }

  @Override
  public void gc(GcRequest request) {
    serving(request.searchPath()).gc(request);
  }

  @Override
  public void status(StatusRequest request) {
    serving(request.searchPath()).status(request);
  }

  private Plugin serving(List<Path> searchPath) {
    return isThere(searchPath) ? executed : builtin;
  }

  private boolean isThere(List<Path> searchPath) {
    return BinarySearch.find(type(), searchPath).isPresent();
  }
}
