package io.myriapod.agent.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the programs that the demonstration is made of, each for at most a minute. */
final class Shell {
  private static final long LIMIT_SECONDS = 60;

  /** What a program printed, both streams together, and its exit code. */
  record Outcome(int exitCode, String output) {}

  private Shell() {}

  /**
   * Runs it and gives what it printed.
   *
   * @throws DemoFailure if it ends with another code than 0
   */
  static String run(String... command) {
    Outcome outcome = attempt(Map.of(), "", List.of(command));
    if (outcome.exitCode != 0) {
      throw new DemoFailure(
          "run `%s`: exit code %d: %s"
              .formatted(String.join(" ", command), outcome.exitCode, outcome.output.strip()));
    }
    return outcome.output;
  }

  /** Runs it with this environment added and this standard input. */
  static Outcome attempt(Map<String, String> environment, String stdin, List<String> command) {
    try {
      Path output = Files.createTempFile("myriapod-demo", ".out");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return ended(builder.start(), stdin, command, output);
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Outcome ended(Process process, String stdin, List<String> command, Path output)
      throws IOException {
    try (var pipe = process.getOutputStream()) {
      pipe.write(stdin.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // the program ended without reading; its exit code tells
    }
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new DemoFailure(
            "run `%s`: not ended after %d s".formatted(String.join(" ", command), LIMIT_SECONDS));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new DemoFailure("run `%s`: interrupted".formatted(String.join(" ", command)));
    }
    return new Outcome(process.exitValue(), Files.readString(output));
  }
}
