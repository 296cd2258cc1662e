package io.myriapod.cni.foreign;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of an executable, repeated while somebody is just writing the file. */
record Execution(Launcher launcher, Pause pause) {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);
  private static final Duration BETWEEN = Duration.ofMillis(100);

  /** 5 s in all: as long as libcni tries. */
  private static final int ATTEMPTS = 50;

  /**
   * Runs it and returns its stdout.
   *
   * @throws CniException the plugin's own, with what was attempted before its message; or 104
   */
  byte[] run(
      String verb,
      Path program,
      Map<String, String> environment,
      NetworkConfig config,
      Deadline deadline) {
    String plugin = program.getFileName().toString();
    String attempt = "%s by plugin \"%s\"".formatted(verb, plugin);
    deadline.require(attempt);
    Launcher.Outcome outcome = patiently(attempt, program, environment, config.bytes(), deadline);
    if (outcome.stderr().length > 0) {
      LOG.debug("{} wrote to stderr: {}", attempt, PluginOutput.tail(outcome.stderr()));
    }
    if (outcome.exitCode() != 0) {
      throw PluginOutput.error(outcome).during(attempt);
    }
    return outcome.stdout();
  }

  private Launcher.Outcome patiently(
      String attempt,
      Path program,
      Map<String, String> environment,
      byte[] stdin,
      Deadline deadline) {
    for (int left = ATTEMPTS; ; left--) {
      try {
        return launcher.run(program, environment, stdin, deadline);
      } catch (ExecutableBusyException e) {
        if (left <= 1) {
          throw new CniException(
              ErrorCode.TRY_AGAIN_LATER,
              "%s: %s is still being written: %s".formatted(attempt, program, e.getMessage()),
              "install executables by renaming a finished file into place",
              e);
        }
        deadline.require(attempt + ": the executable is being written");
        pause.take(BETWEEN);
      }
    }
  }
}
