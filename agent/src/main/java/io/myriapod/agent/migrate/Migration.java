package io.myriapod.agent.migrate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.foreign.BinarySearch;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.multus.attach.Adoption;
import io.myriapod.types.ContainerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes records of the journal of what Multus has attached. Run again it finds nothing to do. */
public final class Migration {
  private static final Duration UNUSED = Duration.ofMinutes(1);

  private final AgentPaths paths;
  private final Node node;
  private final Journal journal;
  private final Turn turn;

  /** Has work done while nothing else is done to a container. */
  public interface Turn {
    /** Runs it. */
    void take(ContainerId container, Runnable work);
  }

  public Migration(AgentPaths paths, Node node, Journal journal, Turn turn) {
    this.paths = paths;
    this.node = node;
    this.journal = journal;
    this.turn = turn;
  }

  /**
   * Does it for every pod that it can.
   *
   * @return {@code {"attachments": [{"container", "interface", "network", "pod", "state": recorded
   *     or known, "namespace": there or gone, "findings": []}], "unread": [{"file", "reason"}]}};
   *     of a dry run, what would come of it
   */
  public ObjectNode run(MigrationRequest request) {
    OldPods pods = new OldPods(paths.onNode(request.multus()), paths.onNode(request.runtime()));
    List<Unread> unread = new ArrayList<>(pods.unread());
    ObjectNode answer = Json.object();
    ArrayNode attachments = answer.putArray("attachments");
    for (OldPod pod : pods.all()) {
      try {
        String namespace = OldNamespace.id(node, pod);
        turn.take(pod.container(), () -> take(pod, namespace, request, attachments));
      } catch (CniException e) {
        unread.add(
            new Unread(
                pod.file().orElse(request.multus()),
                "container %s: %s".formatted(pod.container(), e.getMessage())));
      }
    }
    if (!request.dryRun()) {
      journal.sync();
    }
    ArrayNode left = answer.putArray("unread");
    unread.forEach(
        one -> left.addObject().put("file", one.file().toString()).put("reason", one.reason()));
    return answer;
  }

  private void take(OldPod pod, String namespace, MigrationRequest request, ArrayNode rows) {
    List<Adoption> adoptions =
        pod.attachments().stream().map(each -> adoption(pod, each, namespace, request)).toList();
    for (int i = 0; i < adoptions.size(); i++) {
      Adoption adoption = adoptions.get(i);
      boolean isNew =
          request.dryRun()
              ? journal.ofAttachment(adoption.key()).isEmpty()
              : adoption.into(journal);
      ObjectNode row = rows.addObject();
      row.put("container", pod.container().value());
      row.put("interface", adoption.call().interfaceName().value());
      row.put("network", adoption.definition());
      row.put("pod", adoption.pod().map(Object::toString).orElse(""));
      row.put("state", isNew ? "recorded" : "known");
      row.put("namespace", namespace.equals(OldNamespace.GONE) ? "gone" : "there");
      ArrayNode findings = row.putArray("findings");
      if (isNew) {
        pod.attachments().get(i).findings().forEach(findings::add);
        missing(adoption).forEach(findings::add);
      }
    }
  }

  private static List<String> missing(Adoption adoption) {
    return adoption.call().list().plugins().stream()
        .map(NetworkConfig::type)
        .distinct()
        .filter(type -> BinarySearch.find(type, adoption.call().searchPath()).isEmpty())
        .map(
            type ->
                "plugin \"%s\" is not in %s: keep it there until the pod is gone"
                    .formatted(type, adoption.call().searchPath().get(0)))
        .toList();
  }

  private static Adoption adoption(
      OldPod pod, OldAttachment one, String namespace, MigrationRequest request) {
    ChainCall call =
        new ChainCall(
            one.list(),
            pod.container(),
            one.interfaceName(),
            pod.netns(),
            one.args(),
            one.capabilityArgs(),
            Deadline.in(UNUSED),
            List.of(request.programs()),
            CallerEnvironment.none());
    List<Path> files = new ArrayList<>();
    one.cached().ifPresent(cached -> files.add(cached.file()));
    pod.file().filter(file -> one.order() == 0).ifPresent(files::add);
    return new Adoption(
        request.network(),
        pod.sandboxInterface(),
        one.order(),
        one.name(),
        call,
        namespace,
        one.cached().map(CachedResult::result),
        one.device(),
        files);
  }
}
