package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.UndoReport;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.plan.PodPlan;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.multus.port.PodLinks.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Attaches and detaches single networks of a pod that runs. Its default network stays. */
final class Plugging {
  private final MultusPorts ports;
  private final SandboxRecords records;
  private final NetworkAttacher networks;
  private final PodUndo undo;

  Plugging(MultusPorts ports) {
    this.ports = ports;
    this.records = new SandboxRecords(ports.journal());
    this.networks = new NetworkAttacher(ports);
    this.undo = new PodUndo(ports.journal(), ports.undo(), ports.cluster());
  }

  NetworkAttacher networks() {
    return networks;
  }

  SandboxRecords records() {
    return records;
  }

  /**
   * The pod's namespace as it is now.
   *
   * @throws CniException 8 if there is none, or another one, at its path
   */
  Sandbox look(AttachedPod pod) {
    Sandbox sandbox = ports.podLinks().look(pod.netns());
    if (!pod.isOf(sandbox)) {
      throw new CniException(
          ErrorCode.INVALID_NETNS,
          "container %s: at %s is another namespace than the one attached"
              .formatted(pod.container(), pod.netns()),
          "a DEL of the container is to be expected");
    }
    return sandbox;
  }

  /**
   * Attaches all, or none of them.
   *
   * @param note called with each record before anything is done
   */
  List<Attached> attach(PodPlan plan, Sandbox sandbox, Consumer<OpenAttachments> note) {
    List<Attached> attached = new ArrayList<>();
    StatusReport report = new StatusReport(plan.config().compat());
    try (OpenAttachments open = OpenAttachments.begin(ports, plan, sandbox.id())) {
      note.accept(open);
      for (PlannedAttachment each : plan.attachments()) {
        Attached one = networks.attach(each, open.get(each));
        report.record(one, open.get(each));
        attached.add(one);
      }
      plan.request().deadline().require("keep what was attached");
      open.done();
    }
    return attached;
  }

  /**
   * The default route that one of these has replaced is not known any more.
   *
   * @throws CniException 2 naming the interface
   */
  static void requireNoDefaultRoute(List<AttachmentRecord> going) {
    going.stream()
        .filter(record -> !AttachmentFacts.defaultRoutes(record).isEmpty())
        .findFirst()
        .ifPresent(
            record -> {
              throw new CniException(
                  ErrorCode.UNSUPPORTED_FIELD,
                  "detach \"%s\" of container %s: the pod's default route runs through it"
                      .formatted(record.key().interfaceName(), record.key().container()),
                  "restart the pod to move its default route");
            });
  }

  /**
   * Detaches these. After a crash halfway they are undone alone: by the id of this request they are
   * told from the others of their ADD.
   *
   * @throws CniException 11 with what could not be undone; it stays recorded and is tried again
   */
  void detach(List<AttachmentRecord> going) {
    List<AttachmentRecord> all = going.stream().flatMap(records::whole).toList();
    String request = ports.requestId().get().orElseThrow();
    all.forEach(
        record ->
            ports.journal().fact(record, AttachmentFacts.REQUEST_ID, TextNode.valueOf(request)));
    UndoReport report = undo.run(all);
    if (!report.clean()) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "detach networks of a running pod: " + PodAttacher.reasons(report),
          "what is left stays in the journal and is tried again");
    }
  }
}
