package io.myriapod.agent.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.Undo;
import io.myriapod.kubernetes.directory.DirectoryCluster;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with the containers c0, c1 … of which some cannot be seen. */
class SweeperTest {
  @TempDir private Path folder;
  private final Set<String> hidden = new HashSet<>();
  private Journal journal;
  private Sweeper sweeper;

  @BeforeEach
  void open() {
    open("boot1");
  }

  private void open(String boot) {
    journal = Journal.open(folder.resolve("journal"), boot, file -> () -> {}, PhaseListener.NONE);
    DirectoryCluster cluster = new DirectoryCluster(folder, folder.resolve("status"));
    sweeper =
        new Sweeper(
            journal,
            new Undo(journal, Map.of())::run,
            new ContainerLanes(4, 16),
            record -> !hidden.contains(container(record)),
            new SweepNews(cluster, new AgentMetrics()));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private static String container(AttachmentRecord record) {
    return record.key().container().value();
  }

  private void attach(int containers) {
    for (int i = 0; i < containers; i++) {
      for (String name : Set.of("eth0", "net1")) {
        try (OpenRecord record =
            journal.begin(
                new AttachmentKey(new ContainerId("c" + i), new InterfaceName(name)),
                JsonNodeFactory.instance.objectNode())) {
          record.done();
        }
      }
    }
  }

  private void sweep(int times) {
    IntStream.range(0, times).forEach(time -> sweeper.sweep());
  }

  private Set<String> containers() {
    return journal.all().stream().map(SweeperTest::container).collect(Collectors.toSet());
  }

  private long events() throws IOException {
    Path file = folder.resolve("status/events.jsonl");
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  @Test
  void sweep_oneOfFourIsHidden_actsAtTheThirdAndNotBefore() throws IOException {
    attach(4);
    hidden.add("c3");

    sweep(2);
    assertEquals(Set.of("c0", "c1", "c2", "c3"), containers());
    sweep(1);

    assertEquals(Set.of("c0", "c1", "c2"), containers());
    assertEquals(0, events());
  }

  @Test
  void sweep_seenAgainInBetween_countsAnew() {
    attach(4);
    hidden.add("c3");
    sweep(2);
    hidden.clear();
    sweep(1);
    hidden.add("c3");
    sweep(2);

    assertEquals(Set.of("c0", "c1", "c2", "c3"), containers());
  }

  @Test
  void sweep_moreThanAQuarterIsHidden_actsOnNoneAndSaysSoOnce() throws IOException {
    attach(7);
    hidden.addAll(Set.of("c5", "c6"));

    sweep(5);

    assertEquals(7, containers().size());
    assertEquals(1, events());
  }

  @Test
  void sweep_countedWhileTooManyWereHidden_doesNotCount() {
    attach(7);
    hidden.addAll(Set.of("c5", "c6"));
    sweep(5);
    hidden.remove("c5");

    sweep(2);
    assertEquals(7, containers().size());
    sweep(1);
    assertEquals(6, containers().size());
  }

  @Test
  void sweep_recordsOfAnotherBoot_areNotItsBusiness() {
    attach(4);
    journal.close();
    open("boot2");
    hidden.add("c3");

    sweep(5);

    assertEquals(4, containers().size());
  }
}
