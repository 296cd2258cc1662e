package io.myriapod.cni.foreign;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts plugins with nothing but the JDK; kills only the child itself. For tests. */
public final class ProcessLauncher implements Launcher {
  private final Path scratch;

  /** Input and output go through files below that directory, so that no pipe can block. */
  public ProcessLauncher(Path scratch) {
    this.scratch = scratch;
  }

  @Override
  public Outcome run(
      Path program, Map<String, String> environment, byte[] stdin, Deadline deadline) {
    try {
      Path directory = Files.createTempDirectory(scratch, "run");
      Path in = Files.write(directory.resolve("in"), stdin);
      ProcessBuilder builder =
          new ProcessBuilder(program.toString())
              .redirectInput(in.toFile())
              .redirectOutput(directory.resolve("out").toFile())
              .redirectError(directory.resolve("err").toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        deadline.require("run " + program);
      }
      return new Outcome(
          process.exitValue(),
          Files.readAllBytes(directory.resolve("out")),
          Files.readAllBytes(directory.resolve("err")));
    } catch (IOException e) {
      // "error=26, Text file busy" before JDK 25, "error: 26 (Text file busy)" since
      if (e.getMessage().contains("Text file busy")) {
        throw new ExecutableBusyException(e.getMessage());
      }
      throw new CniException(ErrorCode.IO, "run " + program + ": " + e.getMessage(), "", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
