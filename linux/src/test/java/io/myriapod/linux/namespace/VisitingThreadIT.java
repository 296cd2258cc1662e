package io.myriapod.linux.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

@InNamespaces
class VisitingThreadIT {
  @Test
  void visit_byItsThread_isInsideAndBackAfterwards(Netns pod) throws Exception {
    on(
        () -> {
          String before = own();
          try (NetworkNamespace namespace = NetworkNamespace.open(pod.path())) {
            assertSame(Thread.currentThread(), namespace.visit(Thread::currentThread));
            assertNotEquals(before, namespace.visit(VisitingThreadIT::own));
          }
          assertEquals(before, own());
          return before;
        });
  }

  @Test
  void visit_workThrows_comesBackAndGivesItsException(Netns pod) throws Exception {
    on(
        () -> {
          String before = own();
          try (NetworkNamespace namespace = NetworkNamespace.open(pod.path())) {
            assertThrows(
                IllegalArgumentException.class,
                () ->
                    namespace.visit(
                        () -> {
                          throw new IllegalArgumentException("from inside");
                        }));
          }
          assertEquals(before, own());
          return before;
        });
  }

  @Test
  void visit_insideAVisit_isAnotherThreads(Netns pod, Netns other) throws Exception {
    on(
        () -> {
          String before = own();
          try (NetworkNamespace outer = NetworkNamespace.open(pod.path());
              NetworkNamespace inner = NetworkNamespace.open(other.path())) {
            String inside = outer.visit(VisitingThreadIT::own);
            String nested =
                outer.visit(
                    () -> {
                      assertNotSame(Thread.currentThread(), inner.visit(Thread::currentThread));
                      return own();
                    });
            assertEquals(inside, nested);
          }
          assertEquals(before, own());
          return before;
        });
  }

  private static String own() throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
  }

  private static void on(Callable<String> work) throws Exception {
    FutureTask<String> task = new FutureTask<>(work);
    VisitingThread thread = new VisitingThread(task, "operation");
    thread.start();
    task.get();
    thread.join();
  }
}
