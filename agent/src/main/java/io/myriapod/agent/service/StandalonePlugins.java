package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.sandbox.NamespaceCheck;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.CollectedErrors;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.plugin.ValidAttachments;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.AlreadyRecordedException;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.RecordPhase;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoReport;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Built-in plugins that a runtime or another meta-plugin calls by their own names. What they did is
 * in the journal, so DEL undoes exactly that, whatever configuration comes along; without a record
 * the plugin does its best from the configuration.
 *
 * <p>One that is chained behind another gets {@code prevResult}. What it does is recorded as a part
 * of the attachment, with phases of its own: a crash or an error in it touches nothing of those
 * before it. DEL and GC of the plugin that began the attachment undo the parts as well.
 */
final class StandalonePlugins {
  private final Journal journal;
  private final Undo undo;
  private final NamespaceCheck namespaces;
  private final BiPredicate<NetworkConfig, CniResult> mayHaveGiven;

  /**
   * @param mayHaveGiven whether a configuration's address management may have given what a result
   *     holds
   */
  StandalonePlugins(
      Journal journal,
      Undo undo,
      NamespaceCheck namespaces,
      BiPredicate<NetworkConfig, CniResult> mayHaveGiven) {
    this.journal = journal;
    this.undo = undo;
    this.namespaces = namespaces;
    this.mayHaveGiven = mayHaveGiven;
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

  /** The node's own executable of a built-in plugin's type, which the configuration asks for. */
  Plugin ofNode(Plugin executed, Plugin builtin) {
    return new Standalone(new NodesOwn(executed, builtin, journal));
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

  private static boolean isInNetwork(String name, AttachmentRecord record) {
    return record.text("network").equals(Optional.of(name));
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
      try (OpenRecord record = begin(request)) {
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

    private OpenRecord begin(PluginRequest request) {
      AttachmentKey key = Operations.keyOf(request);
      ObjectNode facts = facts(plugin, request);
      return request.prevResult().isEmpty()
          ? journal.begin(key, facts)
          : journal.beginPart(key, partOf(request.config()), facts);
    }

    /** Tells it from the others of a chain, of which several may be of one type. */
    private String partOf(NetworkConfig config) {
      CRC32C digest = new CRC32C();
      digest.update(
          ValidAttachments.outOf(config).without("prevResult").without("runtimeConfig").bytes());
      return "%s#%08x".formatted(plugin.type(), digest.getValue());
    }

    /** Nobody says whether plugins of others are behind this one, which may have set the MTU. */
    @Override
    public void check(PluginRequest request) {
      String name = request.interfaceName().value();
      plugin.check(
          request.withPrevResult(request.prevResult().map(result -> result.withoutMtuOf(name))));
    }

    @Override
    public void delete(PluginRequest request) {
      Optional<AttachmentRecord> record = recorded(request);
      if (record.isEmpty()) {
        plugin.delete(request);
        return;
      }
      requireClean(
          undo.run(whole(record.get()).toList()),
          "delete interface \"%s\"".formatted(request.interfaceName()));
    }

    /** The one with that very configuration; if it has changed since, the youngest. */
    private Optional<AttachmentRecord> recorded(PluginRequest request) {
      List<AttachmentRecord> own =
          journal.ofAttachment(Operations.keyOf(request)).stream().filter(this::isOwn).toList();
      Optional<String> part = Optional.of(partOf(request.config()));
      return own.stream()
          .filter(record -> record.part().equals(part))
          .findFirst()
          .or(() -> own.stream().reduce((older, younger) -> younger));
    }

    private boolean isOwn(AttachmentRecord record) {
      return record.text("plugin").equals(Optional.of(plugin.type()));
    }

    /** An attachment with all its parts, or one part. */
    private Stream<AttachmentRecord> whole(AttachmentRecord record) {
      return record.part().isPresent()
          ? Stream.of(record)
          : journal.ofAttachment(record.key()).stream();
    }

    @Override
    public void gc(GcRequest request) {
      CollectedErrors errors = new CollectedErrors();
      errors.attempt(
          () ->
              requireClean(
                  undo.run(dead(request)),
                  "collect garbage of \"%s\"".formatted(request.config().name())));
      errors.attempt(() -> plugin.gc(request.withValid(living(request))));
      errors.raise();
    }

    private List<AttachmentRecord> dead(GcRequest request) {
      return journal.all().stream()
          .filter(this::isOwn)
          .filter(record -> isOf(request.config(), record))
          .filter(record -> !isValid(request, record))
          .filter(record -> whole(record).allMatch(StandalonePlugins::isFinished))
          .flatMap(this::whole)
          .toList();
    }

    /**
     * Another network of the same name is told by its ranges; a part, which has none, by its
     * configuration.
     */
    private boolean isOf(NetworkConfig config, AttachmentRecord record) {
      if (!isInNetwork(config.name(), record)) {
        return false;
      }
      return record.part().isPresent()
          ? record.part().equals(Optional.of(partOf(config)))
          : record
              .fact("result")
              .map(result -> ResultCodec.decode(result, CniVersion.NEWEST))
              .map(result -> mayHaveGiven.test(config, result))
              .orElse(true);
    }

    /** What is still recorded now is nobody's garbage, listed or not: it is freed by its record. */
    private Set<Attachment> living(GcRequest request) {
      Set<Attachment> living = new HashSet<>(request.valid());
      journal.all().stream()
          .filter(record -> isInNetwork(request.config().name(), record))
          .map(record -> new Attachment(record.key().container(), record.key().interfaceName()))
          .forEach(living::add);
      return living;
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
