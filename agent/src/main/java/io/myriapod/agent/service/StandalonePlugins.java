package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.sandbox.NamespaceCheck;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.AlreadyRecordedException;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.RecordPhase;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoReport;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Built-in plugins that a runtime or another meta-plugin calls by their own names. What they did is
 * in the journal, so DEL undoes exactly that, whatever configuration comes along; without a record
 * the plugin does its best from the configuration.
 */
final class StandalonePlugins {
  private final Journal journal;
  private final Undo undo;
  private final NamespaceCheck namespaces;

  StandalonePlugins(Journal journal, Undo undo, NamespaceCheck namespaces) {
    this.journal = journal;
    this.undo = undo;
    this.namespaces = namespaces;
  }

  private ObjectNode facts(Plugin plugin, PluginRequest request) {
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    facts.put("plugin", plugin.type()).put("network", request.config().name());
    CurrentRequest.id().ifPresent(id -> facts.put("requestId", id));
    request
        .netns()
        .ifPresent(
            path ->
                facts.put("netns", path.toString()).put("namespaceId", namespaces.look(path).id()));
    return facts;
  }

  Plugin of(Plugin plugin) {
    return new Standalone(plugin);
  }

  /** Raises one error for everything that an undo could not do. */
  static void requireClean(UndoReport report, String attempt) {
    if (!report.clean()) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          attempt
              + ": "
              + report.failures().stream()
                  .map(UndoReport.Failure::toString)
                  .collect(Collectors.joining("; ")),
          "the rest is done; the agent goes on trying, and so may the runtime");
    }
  }

  /** What is just being added is nobody's garbage, whatever the runtime lists. */
  private static boolean isFinished(AttachmentRecord record) {
    return record.phase() == RecordPhase.ATTACHED || record.phase() == RecordPhase.DELETING;
  }

  private final class Standalone implements Plugin {
    private final Plugin plugin;

    Standalone(Plugin plugin) {
      this.plugin = plugin;
    }

    @Override
    public String type() {
      return plugin.type();
    }

    @Override
    public void validate(PluginRequest request) {
      plugin.validate(request);
    }

    @Override
    public CniResult add(PluginRequest request) {
      plugin.validate(request);
      try (OpenRecord record = journal.begin(Operations.keyOf(request), facts(plugin, request))) {
        CniResult result = plugin.add(request);
        record.fact("result", ResultCodec.encode(result, CniVersion.NEWEST));
        record.done();
        return result;
      } catch (AlreadyRecordedException e) {
        throw new CniException(
            ErrorCode.ALREADY_ATTACHED,
            "attach \"%s\" of container %s: it is attached already"
                .formatted(request.interfaceName(), request.container()),
            "the runtime must call DEL before it calls ADD again",
            e);
      }
    }

    @Override
    public void check(PluginRequest request) {
      plugin.check(request);
    }

    @Override
    public void delete(PluginRequest request) {
      Optional<AttachmentRecord> record = journal.find(Operations.keyOf(request));
      if (record.isEmpty()) {
        plugin.delete(request);
        return;
      }
      requireClean(
          undo.run(List.of(record.get())),
          "delete interface \"%s\"".formatted(request.interfaceName()));
    }

    @Override
    public void gc(GcRequest request) {
      List<AttachmentRecord> dead =
          journal.all().stream()
              .filter(StandalonePlugins::isFinished)
              .filter(record -> record.text("plugin").equals(Optional.of(plugin.type())))
              .filter(record -> record.text("network").equals(Optional.of(request.config().name())))
              .filter(record -> !isValid(request, record))
              .toList();
      requireClean(undo.run(dead), "collect garbage of \"%s\"".formatted(request.config().name()));
      plugin.gc(request);
    }

    private boolean isValid(GcRequest request, AttachmentRecord record) {
      return request.valid().stream()
          .anyMatch(
              valid ->
                  valid.container().equals(record.key().container())
                      && valid.interfaceName().equals(record.key().interfaceName()));
    }

    @Override
    public void status(StatusRequest request) {
      plugin.status(request);
    }
  }
}
