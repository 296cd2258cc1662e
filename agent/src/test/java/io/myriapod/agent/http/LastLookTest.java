package io.myriapod.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LastLookTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND / 2); // it wraps round
  private final AtomicInteger looks = new AtomicInteger();
  private volatile Supplier<Integer> reader = looks::incrementAndGet;
  private final LastLook<Integer> look = new LastLook<>(() -> reader.get(), now::get);

  @Test
  void get_withinASecond_isTheSameAndThenAnother() {
    assertEquals(1, look.get());
    now.addAndGet(SECOND - 1);
    assertEquals(1, look.get());
    now.addAndGet(1);

    assertEquals(2, look.get());

    assertEquals(2, looks.get());
  }

  @Test
  void get_lookFails_isNotAnOldOne() {
    look.get();
    now.addAndGet(SECOND);
    reader =
        () -> {
          throw new IllegalStateException("the kernel does not answer");
        };

    assertThrows(IllegalStateException.class, look::get);

    reader = looks::incrementAndGet;
    assertEquals(2, look.get());
  }

  /** A card that is ill answers when it pleases. */
  @Test
  void get_anotherStillLooks_isWhatWasSeenBefore() throws Exception {
    look.get();
    now.addAndGet(SECOND);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    reader =
        () -> {
          begun.countDown();
          return await(answered) ? looks.incrementAndGet() : -1;
        };
    CompletableFuture<Integer> looking = CompletableFuture.supplyAsync(look);
    assertTrue(begun.await(30, TimeUnit.SECONDS));

    assertEquals(1, look.get());

    answered.countDown();
    assertEquals(2, looking.get(30, TimeUnit.SECONDS));
    assertEquals(2, look.get());
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
