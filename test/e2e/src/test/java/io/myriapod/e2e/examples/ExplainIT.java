package io.myriapod.e2e.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.inverse.RanForeign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explain} says an ADD would do is what it does. */
@InNamespaces(
    kinds = {"bridge"},
    programs = {"nft"})
class ExplainIT {
  private static final PodName POD =
      new PodName("shop", "web-1", "5d1c7a5e-0000-4000-8000-000000000013");

  @TempDir private Path root;

  @Test
  void explain_thenAdd_recordsTheVeryConfigsThatWereTold(Netns pod) throws IOException {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    Path folder = Examples.top().resolve("chain-bridge-portmap");
    Path cluster = Files.createDirectories(root.resolve("etc/myriapod/cluster"));
    Files.copy(folder.resolve("cluster.yaml"), cluster.resolve("cluster.yaml"));
    String config = Files.readString(folder.resolve("10-myriapod.conf"));

    JsonNode told = explain(folder);

    try (Netns node = Netns.create("explain");
        AgentProcess agent = AgentProcess.start(node, root)) {
      node.run("ip link set lo up");
      Sandbox sandbox =
          Sandbox.of(node, root, config, pod, POD)
              .with("CNI_PATH", ReferencePlugins.NEW.folder().toString());
      Sandbox attached = sandbox.after(sandbox.run("ADD"));
      List<AttachmentRecord> records = Journal.read(root.resolve("var/lib/myriapod/journal"));
      attached.run("DEL");

      assertEquals(List.of("eth0", "net1"), told.path("attachments").findValuesAsText("interface"));
      for (JsonNode attachment : told.path("attachments")) {
        assertSame(attachment, of(attachment.path("interface").asText(), records));
      }
      assertTrue(!agent.hasEnded(), agent.log());
    }
  }

  private JsonNode explain(Path folder) {
    return Command.of(
            Product.program().toString(),
            "explain",
            "-f",
            folder.resolve("cluster.yaml").toString(),
            "--node-config",
            folder.resolve("10-myriapod.conf").toString(),
            "-o",
            "json")
        .withEnvironment(Map.of("PATH", System.getenv("PATH"), "MYRIAPOD_ROOT", root.toString()))
        .attempt()
        .orThrow()
        .json()
        .path(0);
  }

  private static AttachmentRecord of(String interfaceName, List<AttachmentRecord> records) {
    return records.stream()
        .filter(record -> record.key().interfaceName().value().equals(interfaceName))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no record of " + interfaceName));
  }

  /** The whole list, and for a plugin that is executed the bytes that went to its stdin. */
  private static void assertSame(JsonNode told, AttachmentRecord record) {
    assertEquals(record.text("config").orElseThrow(), told.path("config").asText());
    assertEquals(record.text("definition").orElseThrow(), told.path("network").asText());
    List<String> executed =
        record.inverses().stream()
            .filter(inverse -> inverse.kind().equals(RanForeign.KIND))
            .map(inverse -> RanForeign.from(inverse).configJson())
            .toList();
    List<String> toldOfExecuted =
        StreamSupport.stream(told.path("plugins").spliterator(), false)
            .filter(plugin -> !plugin.path("builtin").asBoolean())
            .map(plugin -> plugin.path("config").asText())
            .toList();
    assertEquals(executed, toldOfExecuted);
  }
}
