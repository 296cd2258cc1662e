package io.myriapod.kubernetes.kubelet;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A question that is asked once for all who wait for its answer, by the thread of one of them. Who
 * comes while it is being asked waits for the next one, since the answer may be older than what he
 * wants to know. At most one is under way.
 *
 * @param <S> whom the question is about
 */
final class SharedQuestion<S, A> {
  private final Function<Set<S>, A> source;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private boolean underWay;
  private Round<S, A> next = new Round<>();

  private record Round<S, A>(Set<S> subjects, CompletableFuture<A> answer) {
    Round() {
      this(new LinkedHashSet<>(), new CompletableFuture<>());
    }
  }

  /**
   * @param source asked about all subjects of those who wait; none of them may have one
   */
  SharedQuestion(Function<Set<S>, A> source) {
    this.source = source;
  }

  /**
   * An answer to a question that began after this call.
   *
   * @throws RuntimeException what the source threw: to each who waits the same
   * @throws InterruptedException while another one's question was waited for
   */
  A ask(Optional<S> subject) throws InterruptedException {
    Round<S, A> round;
    lock.lock();
    try {
      round = next;
      subject.ifPresent(round.subjects::add);
      while (underWay && !round.answer.isDone()) {
        ended.await();
      }
      if (round.answer.isDone()) {
        return told(round.answer);
      }
      underWay = true;
      next = new Round<>();
    } finally {
      lock.unlock();
    }
    return answered(round);
  }

  private static <A> A told(CompletableFuture<A> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private A answered(Round<S, A> round) {
    try {
      A answer = source.apply(round.subjects);
      round.answer.complete(answer);
      return answer;
    } catch (RuntimeException | Error e) {
      round.answer.completeExceptionally(e);
      throw e;
    } finally {
      lock.lock();
      try {
        underWay = false;
        ended.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
