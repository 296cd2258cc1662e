package io.myriapod.agent.launch;

import io.myriapod.cni.foreign.Launcher;
import io.myriapod.linux.process.ProcessGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that runs as the leader of a process group. The thread that forks it writes its stdin
 * and then stays until its end: the child's parent-death signal is tied to that thread, not to the
 * process; prctl(2), PR_SET_PDEATHSIG.
 */
final class HostProcess {
  private static final int MAX_STDERR = 64 << 10;

  private final Process process;
  private final BoundedOutput stdout;
  private final BoundedOutput stderr;
  private final OutputHolders holders;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  private HostProcess(Process process) {
    this.process = process;
    this.holders = OutputHolders.of(process.pid());
    this.stdout = new BoundedOutput(process.getInputStream(), Launcher.MAX_OUTPUT);
    this.stderr = new BoundedOutput(process.getErrorStream(), MAX_STDERR);
  }

  /**
   * Starts it.
   *
   * @throws IOException if there can be no such process at all
   */
  static HostProcess start(ProcessBuilder builder, byte[] stdin) throws IOException {
    CompletableFuture<HostProcess> started = new CompletableFuture<>();
    daemon("foreign-plugin", () -> live(builder, stdin, started)).start();
    try {
      return started.get();
    } catch (InterruptedException e) {
      started.thenAccept(HostProcess::kill);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** The whole life of the process, on the thread that it is tied to. */
  private static void live(
      ProcessBuilder builder, byte[] stdin, CompletableFuture<HostProcess> started) {
    HostProcess self;
    try {
      self = new HostProcess(builder.start());
    } catch (IOException | RuntimeException e) {
      started.completeExceptionally(e);
      return;
    }
    daemon("foreign-plugin-stdout", self.stdout::collect).start();
    daemon("foreign-plugin-stderr", self.stderr::collect).start();
    started.complete(self);
    self.feed(stdin);
    self.waitForExit();
  }

  /** Waits for the leader's end at most that long; whether it has ended. */
  boolean endsWithin(Duration longest) throws InterruptedException {
    return within(longest, exit);
  }

  /** Waits for the end of both outputs at most that long; whether they have ended. */
  boolean fallsSilentWithin(Duration longest) throws InterruptedException {
    return within(longest, CompletableFuture.allOf(stdout.end(), stderr.end()));
  }

  /** Whether others of its group still hold its outputs. */
  boolean outputsAreHeld() {
    return holders.areThere();
  }

  boolean printedTooMuch() {
    return stdout.overflowed();
  }

  /** Ends it and everything that it has started and that has not left its group. */
  void kill() {
    if (!new ProcessGroup((int) process.pid()).kill()) {
      process.destroyForcibly(); // it may not have come to lead its group yet
    }
  }

  /** Ends what a process that has ended left in its group. A daemon is one of its own; daemon(7) */
  void endGroup() {
    new ProcessGroup((int) process.pid()).kill();
  }

  /** Of a process that has ended. */
  Launcher.Outcome outcome() {
    return new Launcher.Outcome(exit.join(), stdout.bytes(), stderr.bytes());
  }

  private void feed(byte[] stdin) {
    try (OutputStream input = process.getOutputStream()) {
      input.write(stdin);
    } catch (IOException e) {
      // it ended, or closed its stdin, without reading all: its exit code tells what that means
    }
  }

  private void waitForExit() {
    while (true) {
      try {
        exit.complete(process.waitFor());
        return;
      } catch (InterruptedException e) {
        // to return now would kill the child
      }
    }
  }

  private static boolean within(Duration longest, Future<?> event) throws InterruptedException {
    try {
      event.get(longest.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
