package io.myriapod.kubernetes.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.fixtures.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class SharedQuestionTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** What was asked, in order; each question waits until it may be answered. */
  private final List<Set<String>> asked = new CopyOnWriteArrayList<>();

  private final Semaphore mayAnswer = new Semaphore(0);
  private final List<Thread> threads = new ArrayList<>();
  private final SharedQuestion<String, Integer> question = new SharedQuestion<>(this::number);

  private int number(Set<String> subjects) {
    asked.add(Set.copyOf(subjects));
    int number = asked.size();
    mayAnswer.acquireUninterruptibly();
    if (subjects.contains("trouble")) {
      throw new IllegalStateException("question " + number);
    }
    return number;
  }

  private <T> FutureTask<T> inThread(Callable<T> what) {
    FutureTask<T> task = new FutureTask<>(what);
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
    return task;
  }

  private FutureTask<Integer> ask(String subject) {
    return inThread(() -> question.ask(Optional.of(subject)));
  }

  private void awaitQuestions(int number) {
    Waiting.until(LONGEST, number + " questions", () -> asked.size() == number);
  }

  private void awaitWaiting(int from) {
    Waiting.until(
        LONGEST,
        "callers that wait",
        () ->
            threads.stream()
                .skip(from)
                .allMatch(thread -> thread.getState() == Thread.State.WAITING));
  }

  @Test
  void ask_manyWhileOneIsUnderWay_shareTheNext() throws Exception {
    FutureTask<Integer> first = ask("a");
    awaitQuestions(1);
    List<FutureTask<Integer>> others = List.of(ask("b"), ask("c"), ask("d"), ask("b"));
    awaitWaiting(1);

    mayAnswer.release(2);

    assertEquals(1, first.get());
    for (FutureTask<Integer> other : others) {
      assertEquals(2, other.get());
    }
    assertEquals(List.of(Set.of("a"), Set.of("b", "c", "d")), asked);
  }

  @Test
  void ask_whileOneAboutTheSameIsUnderWay_isAnsweredByALaterOne() throws Exception {
    FutureTask<Integer> first = ask("a");
    awaitQuestions(1);
    FutureTask<Integer> second = ask("a");
    awaitWaiting(1);
    mayAnswer.release();
    awaitQuestions(2);
    FutureTask<Integer> third = ask("a");
    awaitWaiting(2);

    mayAnswer.release(2);

    assertEquals(List.of(1, 2, 3), List.of(first.get(), second.get(), third.get()));
  }

  @Test
  void ask_questionFails_isSaidToAllWhoSharedItAndToNobodyAfter() throws Exception {
    FutureTask<Integer> first = ask("a");
    awaitQuestions(1);
    List<FutureTask<Integer>> unlucky = List.of(ask("trouble"), ask("b"));
    awaitWaiting(1);
    mayAnswer.release(3);

    assertEquals(1, first.get());
    for (FutureTask<Integer> one : unlucky) {
      Throwable cause = assertThrows(ExecutionException.class, one::get).getCause();
      assertEquals(IllegalStateException.class, cause.getClass());
      assertEquals("question 2", cause.getMessage());
    }
    assertEquals(3, question.ask(Optional.of("c")));
  }

  @Test
  void ask_aboutNobody_isAskedToo() throws InterruptedException {
    mayAnswer.release();

    assertEquals(1, question.ask(Optional.empty()));
    assertEquals(List.of(Set.of()), asked);
  }

  @Test
  void ask_interruptedWhileAnotherIsUnderWay_endsAndLeavesTheOthersTheirAnswer() throws Exception {
    FutureTask<Integer> first = ask("a");
    awaitQuestions(1);
    FutureTask<Integer> leaving = ask("b");
    FutureTask<Integer> staying = ask("c");
    awaitWaiting(1);

    threads.get(1).interrupt();

    Throwable cause = assertThrows(ExecutionException.class, leaving::get).getCause();
    assertEquals(InterruptedException.class, cause.getClass());
    mayAnswer.release(2);
    assertEquals(1, first.get());
    assertEquals(2, staying.get());
  }
}
