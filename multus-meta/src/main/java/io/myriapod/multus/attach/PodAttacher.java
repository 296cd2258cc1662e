package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.DoubleNode;
import io.myriapod.cni.chain.Chain;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.AttachmentKey;
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
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** ADD: validates all networks of a pod, attaches them in order, undoes all if one goes wrong. */
public final class PodAttacher {
  private final MultusPorts ports;
  private final SandboxRecords records;
  private final PodEvents events;
  private final DeviceInfo deviceInfo;

  /** Acts through these. */
  public PodAttacher(MultusPorts ports) {
    this.ports = ports;
    this.records = new SandboxRecords(ports.journal());
    this.events = new PodEvents(ports.cluster());
    this.deviceInfo = new DeviceInfo(ports.deviceInfo());
  }

  /**
   * Checks that the plan can be carried out. Changes nothing.
   *
   * @throws CniException of the first network that cannot be attached
   */
  public Sandbox validate(PodPlan plan) {
    Sandbox sandbox = ports.podLinks().look(netns(plan));
    Chain chain = new Chain(ports.resolver(), ChainListener.NONE);
    for (PlannedAttachment each : plan.attachments()) {
      requireFree(each, sandbox);
      during(each, () -> chain.validate(each.call()));
    }
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
      throw failed(plan, unrecorded(e));
    } catch (CniException e) {
      throw failed(plan, e);
    }
  }

  private CniException failed(PodPlan plan, CniException error) {
    events.failed(plan, error);
    return error;
  }

  private static CniException unrecorded(JournalException e) {
    return new CniException(
        ErrorCode.IO,
        "record the attachments in the journal: " + e.getMessage(),
        "check space and permissions of the journal's directory",
        e);
  }

  private List<Attached> act(PodPlan plan, OpenAttachments open) {
    List<Attached> attached = new ArrayList<>();
    for (PlannedAttachment each : plan.attachments()) {
      each.call().deadline().require("attach " + each.shown());
      attached.add(during(each, () -> attachOne(each, open)));
    }
    attached = moveDefaultRoutes(plan, attached, open);
    plan.first().call().deadline().require("publish network-status");
    boolean published = publish(plan, attached);
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

  private Attached attachOne(PlannedAttachment planned, OpenAttachments open) {
    Chain chain = new Chain(ports.resolver(), new ForeignSteps(open.get(planned)));
    long start = System.nanoTime();
    planned
        .device()
        .filter(device -> !device.device().recorded())
        .ifPresent(device -> ports.deviceHold().hold(device.id(), open.get(planned)));
    deviceInfo.begin(planned, open.get(planned));
    CniResult result = chain.add(planned.call());
    Attached attached = new Attached(planned, result, deviceInfo.of(planned));
    recordResult(attached, open);
    long micros = (System.nanoTime() - start) / 1_000;
    open.get(planned).fact(AttachmentFacts.MILLISECONDS, DoubleNode.valueOf(micros / 1_000.0));
    return attached;
  }

  /** In the version of the network's list, as its plugins get it at DEL, which 0.4.0 began with. */
  private static void recordResult(Attached attached, OpenAttachments open) {
    CniVersion version = attached.planned().call().list().cniVersion();
    open.get(attached.planned())
        .fact(
            AttachmentFacts.RESULT,
            AttachmentFacts.encodeResult(
                attached.result(),
                version.atLeast(CniVersion.V0_4_0) ? version : CniVersion.V0_4_0));
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
      during(
          target, () -> ports.podLinks().moveDefaultRoutes(netns(plan), move.via(), move.routes()));
      open.get(target)
          .fact(AttachmentFacts.DEFAULT_ROUTES, AttachmentFacts.encodeRoutes(move.routes()));
    }
    List<Attached> patched =
        attached.stream().map(each -> each.withResult(routes.applied(each))).toList();
    patched.forEach(each -> recordResult(each, open));
    return patched;
  }

  private boolean publish(PodPlan plan, List<Attached> attached) {
    if (plan.pod().isEmpty()) {
      return false;
    }
    PodRef pod = plan.pod().get();
    try {
      ports.cluster().publishStatus(pod, new StatusReport(plan.config().compat()).of(attached));
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

  private void requireFree(PlannedAttachment attachment, Sandbox sandbox) {
    String name = attachment.call().interfaceName().value();
    if (sandbox.interfaceNames().contains(name)) {
      throw new CniException(
          ErrorCode.INTERFACE_EXISTS,
          "attach %s: the container has an interface of that name".formatted(attachment.shown()),
          "ask for another interface name in the annotation");
    }
    AttachmentKey key =
        new AttachmentKey(attachment.call().container(), attachment.call().interfaceName());
    if (!ports.journal().ofAttachment(key).isEmpty()) {
      throw OpenAttachments.alreadyAttached(key);
    }
  }

  private static Path netns(PodPlan plan) {
    return plan.first().call().netns().orElseThrow(PluginRequest::netnsMissing);
  }

  private static void during(PlannedAttachment attachment, Runnable step) {
    during(
        attachment,
        () -> {
          step.run();
          return attachment;
        });
  }

  private static <T> T during(PlannedAttachment attachment, Supplier<T> step) {
    try {
      return step.get();
    } catch (CniException e) {
      throw e.during("attach " + attachment.shown());
    }
  }
}
