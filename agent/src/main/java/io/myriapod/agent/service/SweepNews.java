package io.myriapod.agent.service;

import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.agent.metrics.AgentMetrics.Rare;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what sweeps came to: log and counter each time, an event when a refusal says new things.
 */
final class SweepNews {
  private static final Logger LOG = LoggerFactory.getLogger(SweepNews.class);

  private final Cluster cluster;
  private final AgentMetrics metrics;
  private String refusal = "";

  SweepNews(Cluster cluster, AgentMetrics metrics) {
    this.cluster = cluster;
    this.metrics = metrics;
  }

  void refused(int absent, int all) {
    String message =
        ("sweep: the namespaces of %d of %d containers are not to be seen; nothing is touched, because"
                + " so many do not die unnoticed: is the runtime's namespace directory hidden from the"
                + " agent?")
            .formatted(absent, all);
    LOG.warn("{}", message);
    metrics.count(Rare.SWEEPS_REFUSED);
    if (!message.equals(refusal)) {
      cluster.emit(Event.nodeWarning("NamespacesNotSeen", message));
    }
    refusal = message;
  }

  void allowed() {
    refusal = "";
  }

  void removed() {
    metrics.count(Rare.REMOVED_BY_SWEEP);
  }
}
