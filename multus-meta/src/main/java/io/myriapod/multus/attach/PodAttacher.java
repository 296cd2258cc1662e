package io.myriapod.multus.attach;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.JournalException;
import io.myriapod.journal.RecordPhase;
import io.myriapod.journal.UndoReport;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.plan.PodPlan;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.multus.port.PodLinks.Sandbox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** ADD: validates all networks of a pod, attaches them in order, undoes all if one goes wrong. */
public final class PodAttacher {
  private final MultusPorts ports;
  private final SandboxRecords records;
  private final PodEvents events;
  private final NetworkAttacher networks;

  /** Acts through these. */
  public PodAttacher(MultusPorts ports) {
    this.ports = ports;
    this.records = new SandboxRecords(ports.journal());
    this.events = new PodEvents(ports.cluster());
    this.networks = new NetworkAttacher(ports);
  }

  /**
   * Checks that the plan can be carried out. Changes nothing.
   *
   * @throws CniException of the first network that cannot be attached
   */
  public Sandbox validate(PodPlan plan) {
    Sandbox sandbox = ports.podLinks().look(netns(plan));
    plan.attachments().forEach(each -> networks.validate(each, sandbox, Set.of()));
    return sandbox;
  }

  /** Attaches all; the default network's result is the pod's. Nothing stays if it throws. */
  public CniResult attach(PodPlan plan) {
    try {
      clearLeftovers(plan);
      Sandbox sandbox = validate(plan);
      ports.journal().writable();
      List<Attached> attached;
      try (OpenAttachments open = OpenAttachments.begin(ports, plan, sandbox.id())) {
        attached = act(plan, open);
      }
      events.added(plan, attached);
      return attached.get(0).result();
    } catch (JournalException e) {
      throw failed(plan, OpenAttachments.unrecorded(e));
    } catch (CniException e) {
      throw failed(plan, e);
    }
  }

  private CniException failed(PodPlan plan, CniException error) {
    events.failed(plan, error);
    return error;
  }

  private List<Attached> act(PodPlan plan, OpenAttachments open) {
    ports
        .lentDevices()
        .takeOver(plan.lent(), open.get(plan.first()), plan.first().call().deadline());
    List<Attached> attached = new ArrayList<>();
    for (PlannedAttachment each : plan.attachments()) {
      attached.add(networks.attach(each, open.get(each)));
    }
    attached = moveDefaultRoutes(plan, attached, open);
    plan.first().call().deadline().require("publish network-status");
    boolean published = publish(plan, attached, open);
    try {
      open.done();
    } catch (RuntimeException e) {
      if (published) {
        events.forgetStatus(plan.pod().orElseThrow());
      }
      throw e;
    }
    return attached;
  }

  /**
   * Needs no inverse of its own: the routes run through links that go when this ADD is undone, and
   * those that they replaced ran through links of this ADD as well.
   */
  private List<Attached> moveDefaultRoutes(
      PodPlan plan, List<Attached> attached, OpenAttachments open) {
    DefaultRoutes routes = DefaultRoutes.of(attached);
    if (routes.moves().isEmpty()) {
      return attached;
    }
    for (DefaultRoutes.Move move : routes.moves()) {
      PlannedAttachment target = plan.attachments().get(move.order());
      NetworkAttacher.during(
          target, () -> ports.podLinks().moveDefaultRoutes(netns(plan), move.via(), move.routes()));
      open.get(target)
          .fact(AttachmentFacts.DEFAULT_ROUTES, AttachmentFacts.encodeRoutes(move.routes()));
    }
    List<Attached> patched =
        attached.stream().map(each -> each.withResult(routes.applied(each))).toList();
    patched.forEach(each -> NetworkAttacher.recordResult(each, open.get(each.planned())));
    return patched;
  }

  private boolean publish(PodPlan plan, List<Attached> attached, OpenAttachments open) {
    if (plan.pod().isEmpty()) {
      return false;
    }
    PodRef pod = plan.pod().get();
    StatusReport report = new StatusReport(plan.config().compat());
    attached.forEach(each -> report.record(each, open.get(each.planned())));
    try {
      ports.cluster().publishStatus(pod, report.of(attached));
      return true;
    } catch (ClusterException e) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "publish network-status of pod \"%s\": %s".formatted(pod, e.getMessage()),
          "the pod is tried again; nothing of it stays attached",
          e);
    }
  }

  /** What an ADD that was cut short left of this sandbox; undone before the next one begins. */
  private void clearLeftovers(PodPlan plan) {
    var first = plan.first().call();
    List<AttachmentRecord> left = records.of(first.container(), first.interfaceName());
    left.stream()
        .filter(record -> record.phase() == RecordPhase.ATTACHED)
        .findFirst()
        .ifPresent(
            record -> {
              throw OpenAttachments.alreadyAttached(record.key());
            });
    UndoReport report = ports.undo().run(left);
    if (!report.clean()) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "clear what an earlier ADD of container %s left: %s"
              .formatted(first.container(), reasons(report)),
          "it is tried again at the next call");
    }
  }

  static String reasons(UndoReport report) {
    return report.failures().stream()
        .map(UndoReport.Failure::toString)
        .collect(Collectors.joining("; "));
  }

  private static Path netns(PodPlan plan) {
    return plan.first().call().netns().orElseThrow(PluginRequest::netnsMissing);
  }
}
