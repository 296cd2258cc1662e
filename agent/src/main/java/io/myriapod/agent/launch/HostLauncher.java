package io.myriapod.agent.launch;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.foreign.ExecutableBusyException;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the node's executables through {@code myriapod exec-host}. What a program leaves behind in
 * its process group is ended; if it holds the program's outputs open it is waited for a little, as
 * a runtime would wait for ever.
 */
public final class HostLauncher implements Launcher {
  private static final String COMPLAINT = "myriapod exec-host: ";
  private static final String BUSY = "Text file busy"; // strerror(ETXTBSY)
  private static final int NOT_RUNNABLE = 126;
  private static final int NOT_FOUND = 127;

  /** How soon a cancelled deadline is noticed. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private static final Duration FOR_STRAGGLERS = Duration.ofSeconds(2);
  private static final Duration FOR_THE_DEAD = Duration.ofSeconds(5);

  private final Path shim;
  private final List<String> options;

  /** Runs programs where the agent itself is: in its mount namespace and cgroup. */
  public HostLauncher(Path shim) {
    this(shim, List.of());
  }

  /**
   * Runs programs elsewhere.
   *
   * @param shim the shim's executable, as seen from here
   * @param options of exec-host: {@code --mount-ns PATH}, {@code --cgroup DIR}
   */
  public HostLauncher(Path shim, List<String> options) {
    this.shim = shim;
    this.options = List.copyOf(options);
  }

  @Override
  public Outcome run(
      Path program, Map<String, String> environment, byte[] stdin, Deadline deadline) {
    String attempt = "run " + program;
    deadline.require(attempt);
    HostProcess process = start(attempt, program, environment, stdin);
    try {
      waitForEnd(attempt, process, deadline);
      collectStragglers(process, deadline);
      process.endGroup();
    } catch (InterruptedException e) {
      process.kill();
      Thread.currentThread().interrupt();
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER, attempt + ": the agent is stopping", "repeat the call", e);
    }
    return understood(attempt, process);
  }

  private HostProcess start(
      String attempt, Path program, Map<String, String> environment, byte[] stdin) {
    List<String> command = new ArrayList<>(List.of(shim.toString(), "exec-host"));
    command.addAll(options);
    command.addAll(List.of("--parent", Long.toString(ProcessHandle.current().pid())));
    command.addAll(List.of("--", program.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    try {
      builder.environment().clear();
      builder.environment().putAll(environment);
      return HostProcess.start(builder, stdin);
    } catch (IOException | IllegalArgumentException e) {
      throw new CniException(
          ErrorCode.IO, attempt + ": " + e.getMessage(), "is the shim at %s?".formatted(shim), e);
    }
  }

  private static void waitForEnd(String attempt, HostProcess process, Deadline deadline)
      throws InterruptedException {
    while (!process.endsWithin(shorter(LOOK_AGAIN, deadline.remaining()))) {
      if (process.printedTooMuch()) {
        end(process);
        throw tooMuch(attempt);
      }
      if (deadline.passed()) {
        end(process);
        deadline.require(attempt);
      }
    }
  }

  private static void collectStragglers(HostProcess process, Deadline deadline)
      throws InterruptedException {
    Deadline patience = Deadline.in(shorter(FOR_STRAGGLERS, deadline.remaining()));
    boolean held = !process.fallsSilentWithin(patience.remaining()) || process.outputsAreHeld();
    while (held && !patience.passed()) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      held = process.outputsAreHeld();
    }
    if (held) end(process);
  }

  /** Whoever left the group may still hold the outputs: they are not waited for without end. */
  private static void end(HostProcess process) throws InterruptedException {
    process.kill();
    if (process.endsWithin(FOR_THE_DEAD)) process.fallsSilentWithin(LOOK_AGAIN);
  }

  private static Outcome understood(String attempt, HostProcess process) {
    if (process.printedTooMuch()) throw tooMuch(attempt);
    Outcome outcome = process.outcome();
    if (outcome.exitCode() != NOT_RUNNABLE && outcome.exitCode() != NOT_FOUND) return outcome;
    String said = new String(outcome.stderr(), StandardCharsets.UTF_8).strip();
    if (!said.startsWith(COMPLAINT)) return outcome;
    String finding = said.substring(COMPLAINT.length());
    if (finding.endsWith(BUSY)) throw new ExecutableBusyException(finding);
    throw new CniException(
        ErrorCode.IO,
        attempt + ": " + finding,
        "the executable must be there, executable and made for this machine");
  }

  private static CniException tooMuch(String attempt) {
    return new CniException(
        ErrorCode.IO,
        "%s: more than %d bytes on its stdout".formatted(attempt, MAX_OUTPUT),
        "a plugin prints one CNI result or error; see what else this one prints");
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
