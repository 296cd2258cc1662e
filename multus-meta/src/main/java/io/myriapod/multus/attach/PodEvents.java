package io.myriapod.multus.attach;

import io.myriapod.cni.error.CniException;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.plan.PodPlan;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people are told about a pod, besides its network-status. */
final class PodEvents {
  private static final Logger LOG = LoggerFactory.getLogger(PodEvents.class);

  private final Cluster cluster;

  PodEvents(Cluster cluster) {
    this.cluster = cluster;
  }

  /** One event per network, in the words of Multus, and one per finding. */
  void added(PodPlan plan, List<Attached> attached) {
    plan.findings().forEach(finding -> LOG.warn("{}", finding));
    plan.pod()
        .ifPresent(
            pod -> {
              plan.findings()
                  .forEach(finding -> cluster.emit(Event.warning(pod, "NoEffect", finding)));
              attached.forEach(
                  each -> cluster.emit(Event.normal(pod, "AddedInterface", added(each))));
            });
  }

  /** Why the pod has none of its networks. */
  void failed(PodPlan plan, CniException error) {
    plan.pod().ifPresent(pod -> cluster.emit(Event.warning(pod, Event.FAILED, error.getMessage())));
  }

  /** One event per network that a running pod has lost because it is wanted no longer. */
  void removed(PodRef pod, List<AttachmentRecord> records) {
    records.forEach(
        record ->
            cluster.emit(
                Event.normal(
                    pod,
                    "RemovedInterface",
                    "Remove %s from %s"
                        .formatted(
                            record.key().interfaceName(),
                            record.text(AttachmentFacts.DEFINITION).orElse("")))));
  }

  private static String added(Attached attached) {
    String addresses =
        attached.result().addresses().stream()
            .map(address -> address.address().toString())
            .collect(Collectors.joining(" ", "[", "]"));
    return "Add %s %s from %s"
        .formatted(
            attached.planned().call().interfaceName(),
            addresses,
            attached.planned().delegate().name());
  }

  /** Best effort: a status that stays behind harms nobody as a DEL that fails would. */
  void forgetStatus(PodRef pod) {
    try {
      cluster.forgetStatus(pod);
    } catch (ClusterException e) {
      LOG.warn("{}", e.getMessage());
    }
  }
}
