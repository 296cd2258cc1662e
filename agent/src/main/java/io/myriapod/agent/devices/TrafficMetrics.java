package io.myriapod.agent.devices;

import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.journal.Journal;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Counters;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.multus.attach.AttachmentFacts;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traffic and drops of the devices that pods have, as metrics by pod. Each look reads the node. */
public final class TrafficMetrics {
  private static final Logger LOG = LoggerFactory.getLogger(TrafficMetrics.class);

  private enum Series {
    RECEIVED_BYTES("receive_bytes", "Bytes that came to the pod.", Counters::receivedBytes),
    RECEIVED_PACKETS("receive_packets", "Packets that came to the pod.", Counters::receivedPackets),
    RECEIVED_DROPPED(
        "receive_drop", "Packets for the pod that were dropped.", Counters::receivedDropped),
    SENT_BYTES("transmit_bytes", "Bytes that the pod sent.", Counters::sentBytes),
    SENT_PACKETS("transmit_packets", "Packets that the pod sent.", Counters::sentPackets),
    SENT_DROPPED("transmit_drop", "Packets of the pod that were dropped.", Counters::sentDropped);

    private final String text;
    private final String help;
    private final ToLongFunction<Counters> number;

    Series(String text, String help, ToLongFunction<Counters> number) {
      this.text = "myriapod_device_" + text;
      this.help = help;
      this.number = number;
    }
  }

  private final Journal journal;
  private final DeviceTraffic traffic;

  private TrafficMetrics(Journal journal, DeviceTraffic traffic) {
    this.journal = journal;
    this.traffic = traffic;
  }

  /** Registers them. */
  public static void register(AgentMetrics metrics, Node node, Sysfs sysfs, Journal journal) {
    TrafficMetrics traffic = new TrafficMetrics(journal, new DeviceTraffic(node, sysfs));
    metrics.registry().register(traffic::collect);
  }

  private MetricSnapshots collect() {
    try {
      return shown(traffic.of(journal.all()));
    } catch (RuntimeException e) { // else all other metrics would lack, too
      LOG.warn("look at the traffic of devices: {}", e.toString());
      return MetricSnapshots.of();
    }
  }

  /** Of two records of one interface, as after a sandbox that died, the last one counts. */
  static MetricSnapshots shown(List<DeviceTraffic.Row> rows) {
    Map<Labels, Counters> byLabels = new LinkedHashMap<>();
    rows.forEach(row -> byLabels.put(labels(row), row.counters()));
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    if (!byLabels.isEmpty()) {
      for (Series series : Series.values()) {
        all.metricSnapshot(snapshot(series, byLabels));
      }
    }
    return all.build();
  }

  private static CounterSnapshot snapshot(Series series, Map<Labels, Counters> rows) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(series.text).help(series.help);
    rows.forEach(
        (labels, counters) ->
            counter.dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value(unsigned(series.number.applyAsLong(counters)))
                    .build()));
    return counter.build();
  }

  /** A driver's counter that went below zero is a very large one. */
  private static double unsigned(long value) {
    return value >= 0 ? value : (value >>> 1) * 2.0;
  }

  /** A container of which no pod is known has a name of its own. */
  private static Labels labels(DeviceTraffic.Row row) {
    Optional<PodRef> pod = AttachmentFacts.pod(row.holder());
    return Labels.of(
        "namespace", pod.map(PodRef::namespace).orElse(""),
        "pod", pod.map(PodRef::name).orElse(row.holder().key().container().value()),
        "interface", row.holder().key().interfaceName().value(),
        "device", row.device().value(),
        "source", row.source().name().toLowerCase(Locale.ROOT));
  }
}
