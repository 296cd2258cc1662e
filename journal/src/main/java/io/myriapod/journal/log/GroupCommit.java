package io.myriapod.journal.log;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets callers share flushes: one of those who wait flushes for all that was written when it
 * starts; who comes later waits for the next round.
 */
final class GroupCommit {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roundOver = lock.newCondition();
  private final Flush flush;
  private boolean busy;
  private volatile long durable;

  /** Flushes. */
  @FunctionalInterface
  interface Flush {
    /** Returns the last sequence that is durable now. */
    long run() throws IOException;
  }

  GroupCommit(Flush flush) {
    this.flush = flush;
  }

  long durable() {
    return durable;
  }

  /** Returns when that sequence is durable. */
  void await(long sequence) throws IOException {
    while (durable < sequence) {
      if (takeTurn(sequence)) {
        alone(flush);
      }
    }
  }

  /** Runs a flush of another kind while nobody else flushes. */
  void instead(Flush other) throws IOException {
    while (!takeTurn(Long.MAX_VALUE)) {
      // somebody else had a round
    }
    alone(other);
  }

  /** Waits for the round that is under way; true if this thread is to do the next one. */
  private boolean takeTurn(long sequence) {
    lock.lock();
    try {
      if (busy) {
        roundOver.awaitUninterruptibly();
      }
      if (busy || durable >= sequence) {
        return false;
      }
      busy = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void alone(Flush work) throws IOException {
    long reached = durable;
    try {
      reached = Math.max(reached, work.run());
    } finally {
      lock.lock();
      durable = reached;
      busy = false;
      roundOver.signalAll();
      lock.unlock();
    }
  }
}
