package io.myriapod.bench.run;

import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.node.Product;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The runner in C (test/bench/runner), at work in one namespace. Its {@code serve.c} has the
 * format.
 */
public final class Runner implements AutoCloseable {
  private final Process process;
  private final DataOutputStream jobs;
  private final DataInputStream results;

  private Runner(Process process) {
    this.process = process;
    this.jobs = new DataOutputStream(process.getOutputStream());
    this.results = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }

  /** Where the build left it. */
  public static Path program() {
    return Product.top().resolve("test/bench/target/runner");
  }

  /** Starts it in a namespace. */
  public static Runner in(Netns namespace) {
    try {
      return new Runner(
          new ProcessBuilder("nsenter", "--net=" + namespace.path(), program().toString(), "serve")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException("start " + program(), e);
    }
  }

  /** Runs programs one after another; an exit code but 0 breaks the row. */
  public List<Outcome> run(List<Step> steps) {
    return runAtOnce(List.of(steps)).get(0);
  }

  /** Runs lanes of programs, the lanes at once; an exit code but 0 breaks the row. */
  public List<List<Outcome>> runAtOnce(List<List<Step>> lanes) {
    List<List<Outcome>> outcomes = attemptAtOnce(lanes);
    outcomes.forEach(lane -> lane.forEach(Outcome::orThrow));
    return outcomes;
  }

  /** The same, whatever the exit codes; nothing follows in a lane on a code but 0. */
  public synchronized List<List<Outcome>> attemptAtOnce(List<List<Step>> lanes) {
    try {
      byte[] job = job(lanes);
      jobs.writeInt(job.length);
      jobs.write(job);
      jobs.flush();
      results.readInt();
      List<List<Outcome>> outcomes = new ArrayList<>();
      for (List<Step> lane : lanes) {
        List<Outcome> read = new ArrayList<>();
        for (Step step : lane) {
          read.add(outcome(step));
        }
        outcomes.add(read);
      }
      return outcomes;
    } catch (IOException e) {
      throw new UncheckedIOException("have the runner do a job", e);
    }
  }

  private Outcome outcome(Step step) throws IOException {
    return new Outcome(
        step,
        results.readLong(),
        results.readLong(),
        results.readInt(),
        text(results.readNBytes(results.readInt())),
        text(results.readNBytes(results.readInt())));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] job(List<List<Step>> lanes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream job = new DataOutputStream(bytes);
    job.writeInt(lanes.size());
    for (List<Step> lane : lanes) {
      job.writeInt(lane.size());
      for (Step step : lane) {
        texts(job, step.words());
        texts(
            job,
            step.environment().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList());
        text(job, step.stdin());
      }
    }
    return bytes.toByteArray();
  }

  private static void texts(DataOutputStream job, List<String> texts) throws IOException {
    job.writeInt(texts.size());
    for (String each : texts) {
      text(job, each);
    }
  }

  private static void text(DataOutputStream job, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    job.writeInt(bytes.length);
    job.write(bytes);
  }

  /** Ends it. */
  @Override
  public void close() {
    process.destroy();
  }
}
