package io.myriapod.agent.service;

import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.agent.spool.Spool;
import io.myriapod.agent.status.RecordedNames;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.JournalUnwritableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the agent holds and what waits for it, as metrics. */
final class StateMetrics {
  private StateMetrics() {}

  /** Registers them; each look takes a state of its own. */
  static void register(AgentMetrics metrics, Journal journal, Spool spool, ContainerLanes lanes) {
    metrics.gauge(
        "myriapod_attachments",
        "Interfaces of pods in the journal, attached or on the way there.",
        "network",
        () -> counted(interfaces(journal), RecordedNames::network));
    metrics.gauge(
        "myriapod_journal_records",
        "Records of attachments in the journal, by how far they came.",
        "phase",
        () -> counted(journal.all(), record -> text(record.phase())));
    metrics.gauge(
        "myriapod_journal_failed",
        "Attachments whose undoing failed and is tried again.",
        () -> journal.all().stream().filter(record -> record.failure().isPresent()).count());
    metrics.gauge(
        "myriapod_journal_writable",
        "Whether an ADD could be recorded.",
        () -> isWritable(journal) ? 1L : 0L);
    metrics.gauge(
        "myriapod_spool_requests",
        "Recorded DELs that are still to be done.",
        () -> waiting(spool));
    metrics.gauge(
        "myriapod_operations_running",
        "Operations at work.",
        "lane",
        () -> ofLanes(lane -> lanes.load(lane).running()));
    metrics.gauge(
        "myriapod_operations_waiting",
        "Operations that wait for their turn.",
        "lane",
        () -> ofLanes(lane -> lanes.load(lane).waiting()));
  }

  private static boolean isWritable(Journal journal) {
    try {
      journal.writable();
      return true;
    } catch (JournalUnwritableException e) {
      return false;
    }
  }

  private static long waiting(Spool spool) {
    try {
      return spool.waiting();
    } catch (IOException e) {
      throw new UncheckedIOException("read the spool", e);
    }
  }

  /** What an executed plugin has others attach is no interface of its own. */
  private static List<AttachmentRecord> interfaces(Journal journal) {
    return journal.all().stream().filter(record -> record.part().isEmpty()).toList();
  }

  private static Map<String, Long> counted(
      List<AttachmentRecord> records, Function<AttachmentRecord, String> by) {
    return records.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
  }

  private static Map<String, Long> ofLanes(Function<ContainerLanes.Lane, Integer> number) {
    return Arrays.stream(ContainerLanes.Lane.values())
        .collect(
            Collectors.toMap(
                StateMetrics::text,
                lane -> number.apply(lane).longValue(),
                (one, other) -> one,
                TreeMap::new));
  }

  private static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
