package io.myriapod.kubernetes.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class GrpcLogTest {
  private final List<String> lines = new ArrayList<>();
  private long now;
  private final GrpcLog log = new GrpcLog(lines::add, () -> now);

  private static LogRecord record(String message) {
    return new LogRecord(Level.SEVERE, message);
  }

  @Test
  void publish_recordWithTrace_isOneLineWithoutIt() {
    LogRecord line = record("Exception while\n{0}");
    line.setParameters(new Object[] {"\u001b[2Jexecuting"});
    line.setThrown(new IllegalStateException("no\u001b[31m message"));

    log.publish(line);

    assertEquals(
        List.of("Exception while??[2Jexecuting: java.lang.IllegalStateException: no?[31m message"),
        lines);
  }

  @Test
  void publish_longRecord_isCut() {
    log.publish(record("x".repeat(5000)));

    assertEquals(301, lines.get(0).length());
  }

  @Test
  void publish_sameAgain_isSaidOnceAMinute() {
    for (int i = 0; i < 100; i++) {
      log.publish(record("a@" + Integer.toHexString(i + 1_000_000) + " b"));
    }
    log.publish(record("b"));
    now = Duration.ofSeconds(61).toNanos();
    log.publish(record("b"));

    assertEquals(List.of("a b", "b", "b"), lines);
  }

  @Test
  void sockets_made_nothingOfGrpcGoesToTheConsoleByItself() {
    try (KubeletSockets sockets = new KubeletSockets();
        KubeletSockets others = new KubeletSockets()) {
      Logger source = Logger.getLogger("io.grpc.internal.SerializingExecutor");

      assertFalse(source.getParent().getUseParentHandlers());
      assertEquals(1, source.getParent().getHandlers().length, sockets + " " + others);
      assertFalse(source.isLoggable(Level.INFO));
    }
  }
}
