package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.JournalException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.plan.ChangePlanner;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.plan.PodPlan;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.multus.port.PodLinks.Sandbox;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Single networks of running pods, for a hot-plug controller that brings their configurations
 * ready. They belong to the pod: its DEL removes them, its CHECK covers them. The controller tells
 * the pod's network-status, as with Multus.
 */
public final class DelegatedNetworks {
  private final MultusPorts ports;
  private final ChangePlanner planner;
  private final Plugging plugging;
  private final PodChecker checker;

  /** Acts through these. */
  public DelegatedNetworks(MultusPorts ports) {
    this.ports = ports;
    this.planner = new ChangePlanner(ports.planning());
    this.plugging = new Plugging(ports);
    this.checker = new PodChecker(ports);
  }

  /**
   * Which network of which pod. All of it must be that of a pod which runs.
   *
   * @param options what the controller took from the annotation
   */
  public record Call(
      ContainerId container,
      InterfaceName name,
      Path netns,
      PodRef pod,
      NetworkList network,
      SelectionOptions options,
      Deadline deadline) {}

  /**
   * Attaches it. To be called in the container's turn, as the other two.
   *
   * @throws CniException 3 if no such container is attached, 4 if it is another pod's, 8 if it has
   *     another namespace, 109 if it has such an interface; nothing is left then
   */
  public CniResult add(Call call) {
    AttachedPod pod =
        pod(call)
            .orElseThrow(
                () ->
                    new CniException(
                        ErrorCode.UNKNOWN_CONTAINER,
                        "attach \"%s\" of container %s: the container is not attached"
                            .formatted(call.name(), call.container()),
                        "only pods that the agent has attached get further networks"));
    Sandbox sandbox = look(pod, call);
    PluginRequest request = pod.request(call.deadline());
    MultusConfig config = MultusConfig.parse(request.config());
    PodPlan plan =
        planner.given(
            call.network(),
            call.name(),
            call.options(),
            pod.inUseWithout(Set.of(), sandbox.interfaceNames()),
            request,
            config);
    PlannedAttachment planned = plan.attachments().get(0);
    plugging.networks().validate(planned, sandbox, Set.of());
    try {
      ports.journal().writable();
      List<Attached> attached =
          plugging.attach(
              plan,
              sandbox,
              open -> open.get(planned).fact(AttachmentFacts.DELEGATED, BooleanNode.TRUE));
      return attached.get(0).result();
    } catch (JournalException e) {
      throw OpenAttachments.unrecorded(e);
    }
  }

  /**
   * Detaches it, whoever had it attached; fine if it is not there.
   *
   * @throws CniException 4 if it is another pod's, or not a network that may go; 2 if the pod's
   *     default route runs through it; 11 with what could not be undone
   */
  public void delete(Call call) {
    Optional<AttachedPod> pod = pod(call);
    List<AttachmentRecord> going = pod.map(known -> recorded(known, call)).orElse(List.of());
    going.forEach(record -> requireNetwork(record, call));
    Plugging.requireNoDefaultRoute(going);
    if (!going.isEmpty()) {
      plugging.detach(going);
    }
  }

  /**
   * Compares it with what is recorded.
   *
   * @throws CniException 3 if it is not there, 106 if something differs
   */
  public void check(Call call) {
    Optional<AttachedPod> pod = pod(call);
    AttachmentRecord record =
        pod.flatMap(known -> recorded(known, call).stream().findFirst())
            .orElseThrow(
                () ->
                    new CniException(
                        ErrorCode.UNKNOWN_CONTAINER,
                        "check \"%s\" of container %s: it is not attached"
                            .formatted(call.name(), call.container()),
                        "`myriapod list` shows what is attached"));
    requireNetwork(record, call);
    look(pod.get(), call);
    checker.checkOne(record, pod.get().request(call.deadline()));
  }

  private static List<AttachmentRecord> recorded(AttachedPod pod, Call call) {
    return pod.others().stream()
        .filter(record -> record.key().interfaceName().equals(call.name()))
        .toList();
  }

  /** Of several networks of runtimes the first one that was attached. */
  private Optional<AttachedPod> pod(Call call) {
    Optional<AttachedPod> known =
        ports.journal().ofContainer(call.container()).stream()
            .filter(HotPlug::isFirst)
            .min(Comparator.comparing(AttachmentRecord::sequence))
            .map(first -> first.key().interfaceName())
            .flatMap(first -> AttachedPod.of(plugging.records().of(call.container(), first)));
    known.ifPresent(pod -> requireOwner(pod, call));
    return known;
  }

  private static void requireOwner(AttachedPod pod, Call call) {
    PodRef wanted = call.pod();
    Optional<PodRef> owner = AttachmentFacts.pod(pod.first());
    boolean same =
        owner
            .filter(ref -> ref.toString().equals(wanted.toString()))
            .filter(ref -> agree(ref.uid(), wanted.uid()))
            .isPresent();
    if (!same) {
      throw bad(
          "container %s is not one of pod \"%s\"".formatted(call.container(), wanted),
          "it is of pod \"%s\"".formatted(owner.map(PodRef::toString).orElse("")));
    }
    if (pod.first().key().interfaceName().equals(call.name())) {
      throw bad(
          "interface \"%s\" of container %s is the pod's default network"
              .formatted(call.name(), call.container()),
          "it comes and goes with the pod");
    }
  }

  private static boolean agree(Optional<String> one, Optional<String> other) {
    return one.isEmpty() || other.isEmpty() || one.equals(other);
  }

  private Sandbox look(AttachedPod pod, Call call) {
    Sandbox sandbox = ports.podLinks().look(call.netns());
    if (!pod.isOf(sandbox)) {
      throw new CniException(
          ErrorCode.INVALID_NETNS,
          "CNI_NETNS %s is not the namespace of container %s"
              .formatted(call.netns(), call.container()),
          "the container's is %s".formatted(pod.netns()));
    }
    return sandbox;
  }

  private static void requireNetwork(AttachmentRecord record, Call call) {
    String recorded = record.text(AttachmentFacts.NETWORK).orElse("");
    if (!recorded.equals(call.network().name())) {
      throw bad(
          "interface \"%s\" of container %s is of network \"%s\", not of \"%s\""
              .formatted(call.name(), call.container(), recorded, call.network().name()),
          "`myriapod list` shows what is attached");
    }
  }

  private static CniException bad(String finding, String details) {
    return new CniException(ErrorCode.BAD_ENVIRONMENT, finding, details);
  }
}
