package io.myriapod.agent.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.devices.DeviceTraffic.Row;
import io.myriapod.agent.devices.DeviceTraffic.Source;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.link.Counters;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficMetricsTest {
  private static final PciAddress DEVICE = new PciAddress("0000:01:10.0");

  @TempDir private Path folder;

  /** Both name the pod, as two sandboxes of one pod do. */
  private AttachmentRecord record(Journal journal, String container) {
    AttachmentKey key = new AttachmentKey(new ContainerId(container), new InterfaceName("net1"));
    var facts = JsonNodeFactory.instance.objectNode();
    facts.putObject("pod").put("namespace", "shop").put("name", "web");
    OpenRecord open = journal.begin(key, facts);
    try {
      return journal.find(key).orElseThrow();
    } finally {
      open.close();
    }
  }

  private static double value(MetricSnapshots all, String name) {
    CounterSnapshot counter =
        (CounterSnapshot)
            all.stream()
                .filter(one -> one.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    assertEquals(1, counter.getDataPoints().size());
    return counter.getDataPoints().get(0).getValue();
  }

  /** A fault here would take all other metrics along. */
  @Test
  void shown_twoRecordsOfOneInterfaceAndACounterBelowZero_areOneRowOfTheLast() {
    try (Journal journal = Journal.open(folder, "boot", file -> () -> {}, (p, k, d) -> {})) {
      Row dead =
          new Row(record(journal, "dead"), DEVICE, Source.CARD, new Counters(1, 1, 1, 1, 1, 1));
      Row young =
          new Row(record(journal, "young"), DEVICE, Source.CARD, new Counters(7, 6, -1, 5, 4, 3));

      MetricSnapshots all = TrafficMetrics.shown(List.of(dead, young));

      assertEquals(7, value(all, "myriapod_device_receive_bytes"));
      assertEquals(Math.pow(2, 64), value(all, "myriapod_device_receive_drop"));
    }
  }
}
