package io.myriapod.agent.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.sandbox.NamespaceCheck;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.Undo;
import io.myriapod.linux.Node;
import io.myriapod.multus.PassthruPlugin;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandalonePluginsTest {
  private static final String CONFIG =
      "{\"cniVersion\":\"1.1.0\",\"name\":\"lonely\",\"type\":\"passthru\"}";

  @TempDir Path folder;

  private Journal journal;
  private Plugin plugin;

  @BeforeEach
  void open() {
    journal = Journal.open(folder, "boot1", file -> () -> {}, PhaseListener.NONE);
    Node node = new Node(Path.of("/"), Optional.empty(), "boot1");
    plugin =
        new StandalonePlugins(
                journal,
                new Undo(journal, Map.of()),
                new NamespaceCheck(node),
                (config, result) -> true)
            .of(new PassthruPlugin());
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private OpenRecord begin(String container) {
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    facts.put("plugin", plugin.type()).put("network", "lonely");
    return journal.begin(
        new AttachmentKey(new ContainerId(container), new InterfaceName("eth0")), facts);
  }

  private void collectEverything() {
    plugin.gc(
        new GcRequest(
            NetworkConfig.parse(CONFIG.getBytes(StandardCharsets.UTF_8)),
            Set.of(),
            Deadline.in(Duration.ofSeconds(10)),
            List.of(),
            CallerEnvironment.none()));
  }

  @Test
  void gc_notListed_isUndone() {
    try (OpenRecord record = begin("dead")) {
      record.done();
    }

    collectEverything();

    assertEquals(List.of(), journal.all());
  }

  @Test
  void gc_justBeingAdded_isLeftAlone() {
    try (OpenRecord record = begin("new")) {
      collectEverything();

      record.done();
    }

    assertTrue(journal.all().get(0).key().container().equals(new ContainerId("new")));
  }
}
