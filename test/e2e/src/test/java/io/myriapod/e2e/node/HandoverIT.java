package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.RunningCall;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One agent ends, the next one takes over. */
@InNamespaces(
    kinds = {"macvlan"},
    programs = {"jq", "nft"})
class HandoverIT {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Test
  void sigterm_duringAdd_letsItEnd() throws IOException {
    try (PodNode node = PodNode.of(NetworkKind.FOREIGN, 1)) {
      Path go = node.root().resolve("go");
      node.recorder()
          .answer(
              "ADD", Answer.usual().running("until [ -e %s ]; do sleep 0.02; done".formatted(go)));
      AgentProcess agent = node.start();
      try (RunningCall add = node.sandbox(0).start("ADD")) {
        Waiting.until(LONGEST, "the ADD", () -> !node.recorder().calls("ADD").isEmpty());

        agent.terminate();
        Waiting.until(LONGEST, "the socket's end", () -> !accepts(node));
        assertFalse(agent.hasEnded());
        Files.createFile(go);

        add.await().orThrow();
        agent.close();
      }
      assertEquals(2, node.journal().size());
      assertEquals(2, node.recorder().calls("ADD").size());
    }
  }

  @Test
  void successor_whileAnAgentRuns_waitsForItsEnd() {
    try (PodNode node = PodNode.of(NetworkKind.MACVLAN, 2)) {
      PodNode.Picture before = node.warmedUp();
      AgentProcess first = node.start();
      node.sandbox(0).run("ADD");

      AgentProcess second = node.launch(List.of());
      Waiting.until(LONGEST, "the successor at the lock", () -> hasLockOpen(second));
      node.sandbox(1).run("ADD");
      first.close();
      second.awaitReady();

      assertTrue(first.hasEnded());
      node.sandbox(0).run("DEL");
      node.sandbox(1).run("DEL");
      node.assertNothingLeftSince(before);
    }
  }

  private static boolean accepts(PodNode node) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(
          UnixDomainSocketAddress.of(node.root().resolve("run/myriapod/cni.sock")));
    } catch (ConnectException e) {
      return false;
    }
  }

  private static boolean hasLockOpen(AgentProcess agent) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(agent.pid()), "fd"))) {
      return files.anyMatch(HandoverIT::isLock);
    }
  }

  private static boolean isLock(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).endsWith("journal.lock");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
