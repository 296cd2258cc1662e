package io.myriapod.agent.launch;

import io.myriapod.agent.socket.RequestId;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.types.ContainerId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls that come back from a plugin that we execute: a main plugin of others executes its IPAM
 * plugin by name, and that may be a link to our shim. Such a call cannot wait for its container's
 * turn, which belongs to the operation that waits for the plugin. It is known by a mark that only
 * this execution was given.
 */
public final class InnerCalls {
  /** The mark; plugins hand it on as they hand on all of their environment. */
  static final String VARIABLE = "CNI_MYRIAPOD_WITHIN";

  private final Map<String, Execution> executions = new ConcurrentHashMap<>();

  /** A plugin is being executed for that attachment; to be closed when it has ended. */
  Execution begin(AttachmentKey attachment) {
    Execution execution = new Execution(RequestId.random().toString(), attachment);
    executions.put(execution.mark, execution);
    return execution;
  }

  /**
   * Enters the execution that the caller is part of; the execution does not count as ended before
   * this is closed, so that no undo of it overtakes the call.
   *
   * @param environment of the call
   * @return empty for every call but those for the container of an execution that still runs
   */
  public Optional<Inner> enter(
      Map<String, String> environment, Optional<ContainerId> callsContainer) {
    return Optional.ofNullable(executions.get(environment.getOrDefault(VARIABLE, "")))
        .filter(execution -> callsContainer.equals(Optional.of(execution.attachment.container())))
        .filter(Execution::enter)
        .map(Inner::new);
  }

  /** A call from within an execution. */
  public static final class Inner implements AutoCloseable {
    private final Execution execution;

    private Inner(Execution execution) {
      this.execution = execution;
    }

    /** What the plugin was executed for. */
    public AttachmentKey outer() {
      return execution.attachment;
    }

    @Override
    public void close() {
      execution.leave();
    }
  }

  /** A plugin while it runs. */
  final class Execution implements AutoCloseable {
    private final String mark;
    private final AttachmentKey attachment;
    private int inside;
    private boolean over;

    private Execution(String mark, AttachmentKey attachment) {
      this.mark = mark;
      this.attachment = attachment;
    }

    String mark() {
      return mark;
    }

    private synchronized boolean enter() {
      if (!over) {
        inside++;
      }
      return !over;
    }

    private synchronized void leave() {
      inside--;
      notifyAll();
    }

    /** Returns when nobody is inside any more; their callers are gone, so that is soon. */
    @Override
    public synchronized void close() {
      executions.remove(mark);
      over = true;
      boolean interrupted = false;
      while (inside > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
