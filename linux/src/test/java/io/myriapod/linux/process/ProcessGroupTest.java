package io.myriapod.linux.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessGroupTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 0, -1, -4711})
  void new_numberThatMeansMoreThanOneGroup_isRefused(int id) {
    assertThrows(IllegalArgumentException.class, () -> new ProcessGroup(id));
  }

  @Test
  void kill_leaderAndChild_endsBoth() throws Exception {
    Process leader = started();
    ProcessHandle child = leader.toHandle().children().findFirst().orElseThrow();
    ProcessGroup group = new ProcessGroup((int) leader.pid());

    assertTrue(group.kill());

    assertTrue(leader.waitFor(20, TimeUnit.SECONDS));
    child.onExit().get(20, TimeUnit.SECONDS);
  }

  @Test
  void kill_nobodyLeft_isFalse() throws Exception {
    Process leader = started();
    ProcessGroup group = new ProcessGroup((int) leader.pid());
    ProcessHandle child = leader.toHandle().children().findFirst().orElseThrow();
    group.kill();
    leader.waitFor(20, TimeUnit.SECONDS);
    child.onExit().get(20, TimeUnit.SECONDS);

    assertFalse(group.exists());
    assertFalse(group.kill());
  }

  /** A shell that leads a group of its own and has a child; ready when it has written its line. */
  private static Process started() throws IOException {
    Process leader =
        new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 & echo ready; wait").start();
    assertTrue(leader.inputReader().readLine().equals("ready"));
    return leader;
  }
}
