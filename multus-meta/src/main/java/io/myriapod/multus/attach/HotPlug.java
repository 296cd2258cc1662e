package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.JournalException;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.plan.ChangePlanner;
import io.myriapod.multus.plan.ChangePlanner.InUse;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.plan.PodDifference;
import io.myriapod.multus.plan.PodPlan;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.multus.port.PodLinks.Sandbox;
import io.myriapod.types.ContainerId;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the networks of a pod that runs to what its annotation asks for now. The default network
 * and those that no annotation asked for are never touched, nor is what stands and is still wanted.
 *
 * <p>All that is new is validated first; then what is wanted no longer is detached, and what is new
 * attached. If that fails, what was new is undone, and the rest stays.
 */
public final class HotPlug {
  private final MultusPorts ports;
  private final ChangePlanner planner;
  private final Plugging plugging;
  private final PodEvents events;

  /** Acts through these. */
  public HotPlug(MultusPorts ports) {
    this.ports = ports;
    this.planner = new ChangePlanner(ports.planning());
    this.plugging = new Plugging(ports);
    this.events = new PodEvents(ports.cluster());
  }

  /** Whether the record is that of a pod's default network: each pod has one. */
  public static boolean isFirst(AttachmentRecord record) {
    return record.text(AttachmentFacts.META_CONFIG).isPresent();
  }

  /**
   * Follows the annotation once. To be called in the container's turn, by a thread that has a
   * request id.
   *
   * @return whether anything was to be done
   * @throws CniException 11 if it is worth trying again; else with the code of what is wrong
   */
  public boolean follow(ContainerId container, InterfaceName first, Deadline deadline) {
    Optional<AttachedPod> known = AttachedPod.of(plugging.records().of(container, first));
    Optional<PodRef> ref = known.flatMap(pod -> AttachmentFacts.pod(pod.first()));
    if (ref.isEmpty()) {
      return false;
    }
    try {
      return new Round(known.get(), ref.get(), deadline).run();
    } catch (JournalException e) {
      throw OpenAttachments.unrecorded(e);
    }
  }

  /** Tells people why a pod does not have what its annotation asks for. */
  public void tell(PodRef pod, String message) {
    ports.cluster().emit(Event.warning(pod, "FailedHotPlug", message));
  }

  /** One pod, once. */
  private final class Round {
    private final AttachedPod pod;
    private final PodRef ref;
    private final PluginRequest request;
    private final MultusConfig config;

    Round(AttachedPod pod, PodRef ref, Deadline deadline) {
      this.pod = pod;
      this.ref = ref;
      this.request = pod.request(deadline);
      this.config = MultusConfig.parse(request.config());
    }

    boolean run() {
      PodDifference difference = planner.difference(config, ref, pod.standing());
      if (difference.isNone() && !pod.isChanging()) {
        return false;
      }
      if (difference.isNone()) {
        publish();
        return true;
      }
      Sandbox sandbox = plugging.look(pod);
      Set<InterfaceName> going = difference.removed();
      Plugging.requireNoDefaultRoute(pod.attached(going));
      InUse inUse = pod.inUseWithout(going, sandbox.interfaceNames());
      PodPlan plan = planner.plan(difference, inUse, request, config);
      Set<DeviceId> freed = pod.devicesOf(going);
      List<PlannedAttachment> waiting = waitingFor(freed, plan);
      plan.attachments().stream()
          .filter(each -> !waiting.contains(each))
          .forEach(each -> plugging.networks().validate(each, sandbox, going));
      ports.journal().writable();
      request.deadline().require("change the networks of pod " + ref);
      mark(true);
      act(plan, waiting, sandbox, going);
      return true;
    }

    /** They take what others let go of first, so that only then can they be validated. */
    private static List<PlannedAttachment> waitingFor(Set<DeviceId> freed, PodPlan plan) {
      return plan.attachments().stream()
          .filter(each -> each.device().filter(device -> freed.contains(device.id())).isPresent())
          .toList();
    }

    private void act(
        PodPlan plan, List<PlannedAttachment> waiting, Sandbox sandbox, Set<InterfaceName> going) {
      try {
        List<AttachmentRecord> removed = pod.attached(going);
        plugging.detach(removed);
        events.removed(ref, removed);
        waiting.forEach(each -> plugging.networks().validate(each, sandbox, going));
        if (!plan.attachments().isEmpty()) {
          events.added(plan, plugging.attach(plan, sandbox, open -> {}));
        }
      } catch (CniException | JournalException e) {
        if (!request.deadline().isCancelled()) { // else the pod goes, and its status with it
          publishAnyway(e);
        }
        throw e;
      }
      publish();
    }

    private void publishAnyway(RuntimeException failure) {
      try {
        publish();
      } catch (CniException | JournalException e) {
        failure.addSuppressed(e);
      }
    }

    /** What it has by now; until that is told the journal says that it is to be told. */
    private void publish() {
      List<AttachmentRecord> now =
          plugging.records().of(pod.container(), pod.first().key().interfaceName());
      Optional<AttachedPod> current = AttachedPod.of(now);
      if (current.isEmpty()) {
        return;
      }
      try {
        ports.cluster().publishStatus(ref, current.get().status());
      } catch (ClusterException e) {
        throw new CniException(
            ErrorCode.TRY_AGAIN_LATER,
            "publish network-status of pod \"%s\": %s".formatted(ref, e.getMessage()),
            "what was attached stays; it is told at the next attempt",
            e);
      }
      mark(false);
    }

    private void mark(boolean changing) {
      ports.journal().fact(pod.first(), AttachmentFacts.CHANGING, BooleanNode.valueOf(changing));
    }
  }
}
