package io.myriapod.linux.namespace;

import io.myriapod.linux.libc.Descriptor;
import io.myriapod.linux.libc.Libc;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A short stay in a namespace: by the thread of the operation if it is one that visits, else on a
 * platform thread made for it, which never comes back. So nothing else of the process can ever find
 * itself in the wrong namespace.
 */
final class Visit {
  private Visit() {}

  static <T> T to(Descriptor namespace, Callable<T> work) {
    Optional<VisitingThread> thread = VisitingThread.current();
    return thread.isPresent()
        ? byItself(thread.get(), namespace, work)
        : byAnother(namespace, work);
  }

  private static <T> T byItself(VisitingThread thread, Descriptor namespace, Callable<T> work) {
    try {
      return thread.visit(namespace, work);
    } catch (Exception e) {
      throw unwrapped(e);
    }
  }

  private static <T> T byAnother(Descriptor namespace, Callable<T> work) {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              Libc.enterNetworkNamespace(namespace);
              return work.call();
            });
    Thread visitor = new Thread(null, task, "netns-visit", 0, false);
    visitor.setDaemon(true);
    visitor.start();
    return resultOf(task);
  }

  /** Waits whatever happens: a visit is short, and leaving it behind would leak its sockets. */
  private static <T> T resultOf(FutureTask<T> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unwrapped(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unwrapped(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("visit a network namespace: " + cause.getMessage(), cause);
  }
}
