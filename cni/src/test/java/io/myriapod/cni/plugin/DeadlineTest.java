package io.myriapod.cni.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void remaining_clockThatWraps_countsDown() {
    Deadline deadline = Deadline.in(Duration.ofNanos(20), clock::get);
    clock.addAndGet(15);
    assertEquals(Duration.ofNanos(5), deadline.remaining());
    assertFalse(deadline.passed());
    clock.addAndGet(5);
    assertTrue(deadline.passed());
    clock.addAndGet(50);
    assertEquals(Duration.ZERO, deadline.remaining());
  }

  @Test
  void require_passed_isCode11NamingTheAttempt() {
    Deadline deadline = Deadline.in(Duration.ofSeconds(-1), clock::get);
    var e = assertThrows(CniException.class, () -> deadline.require("create \"net1\""));
    assertEquals(11, e.code());
    assertEquals("create \"net1\": the deadline has passed", e.getMessage());
  }

  @Test
  void cancel_timeLeft_passesAtOnce() {
    Deadline deadline = Deadline.in(Duration.ofDays(400));
    deadline.require("x");
    deadline.cancel();
    var e = assertThrows(CniException.class, () -> deadline.require("x"));
    assertEquals("x: the caller is gone", e.getMessage());
  }
}
