package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecordedCall;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An agent that finds attachments of an earlier boot. Here only its boot id is another one. */
@InNamespaces(
    kinds = {"macvlan"},
    programs = {"jq", "nft"})
class RebootIT {
  private static final String OTHER_BOOT = "-Dmyriapod.bootid=00000000-1111-2222-3333-444444444444";
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** The links of an earlier boot are gone; one that has their name and address is another's. */
  @Test
  void start_afterReboot_deliversLeasesAndLeavesLinksAlone() {
    try (PodNode node = PodNode.of(NetworkKind.MACVLAN, 1)) {
      var former = node.start();
      node.sandbox(0).run("ADD");
      former.kill();

      node.start(OTHER_BOOT);

      Waiting.until(LONGEST, "the record's end", () -> node.journal().isEmpty());
      assertEquals(List.of(), node.leases("first"));
      assertEquals(List.of(), node.leases("second"));
      assertEquals(List.of(), node.statuses());
      assertTrue(node.pod(0).hasLink("eth0"));
      assertTrue(node.pod(0).hasLink("net1"));
      node.sandbox(0).run("DEL");
    }
  }

  @Test
  void start_afterReboot_delivers_foreignDelsUntilTheySucceed() throws IOException {
    try (PodNode node = PodNode.of(NetworkKind.FOREIGN, 2)) {
      var former = node.start();
      node.sandbox(0).run("ADD");
      former.kill();
      Path go = node.root().resolve("go");
      node.recorder()
          .answer(
              "DEL",
              Answer.failsWith(11, "not now", "later")
                  .running("until [ -e %s ]; do sleep 0.02; done".formatted(go)));

      node.start(OTHER_BOOT);
      Waiting.until(LONGEST, "a DEL", () -> !node.recorder().calls("DEL").isEmpty());
      node.sandbox(1).run("ADD"); // while that DEL has not come to its end
      assertTrue(node.recorder().calls("DEL").get(0).exitCode().isEmpty());
      Files.createFile(go);
      Waiting.until(LONGEST, "both refusals", () -> refusals(node) >= 2);
      node.recorder().answer("DEL", node.usualDelete());

      Waiting.until(LONGEST, "the records' end", () -> node.journal().size() == 2);
      assertEquals(2, node.marks().size());
      for (RecordedCall call : node.recorder().calls("DEL")) {
        assertEquals("", call.environment().getOrDefault("CNI_NETNS", ""));
      }
      node.sandbox(1).run("DEL");
      assertEquals(List.of(), node.marks());
    }
  }

  private static long refusals(PodNode node) {
    return node.recorder().calls("DEL").stream()
        .filter(call -> call.exitCode().equals(Optional.of(1)))
        .count();
  }
}
