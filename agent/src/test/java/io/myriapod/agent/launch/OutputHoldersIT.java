package io.myriapod.agent.launch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutputHoldersIT {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @Test
  void areThere_leaderEndedBeforeItWasLookedAt_grandchildIsSeen() throws Exception {
    Process leader = new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 & echo $!").start();
    ProcessHandle grandchild = grandchildOf(leader);
    leader.waitFor();

    OutputHolders holders = OutputHolders.of(leader.pid());

    try {
      assertTrue(holders.areThere());
    } finally {
      grandchild.destroyForcibly();
    }
    Waiting.until(LONGEST, "nobody holds them", () -> !holders.areThere());
  }

  @Test
  void areThere_onlyOneWithOutputsOfItsOwn_nobody() throws Exception {
    Process leader =
        new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $!").start();
    ProcessHandle grandchild = grandchildOf(leader);
    leader.waitFor();

    try {
      Waiting.until(LONGEST, "nobody", () -> !OutputHolders.of(leader.pid()).areThere());
    } finally {
      grandchild.destroyForcibly();
    }
  }

  private static ProcessHandle grandchildOf(Process leader) throws IOException {
    String pid = leader.inputReader().readLine();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }
}
