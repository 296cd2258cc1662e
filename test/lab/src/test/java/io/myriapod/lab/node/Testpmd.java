package io.myriapod.lab.node;

import io.myriapod.fixtures.Patience;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * DPDK's {@code dpdk-testpmd} over functions that are bound to vfio-pci. It answers ARP and echo
 * requests for any address ({@code --forward-mode=icmpecho}) with the MAC address that the physical
 * function gave to the virtual one before.
 */
public final class Testpmd implements AutoCloseable {
  private static final Duration STARTED = Duration.ofSeconds(60);
  private static final Duration ENDED = Duration.ofSeconds(20);

  private final Process process;
  private final Path log;

  private Testpmd(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts it over these functions and returns when it forwards. */
  public static Testpmd start(List<PciFunction> functions) {
    Testpmd started = launch(functions);
    started.await("testpmd>");
    return started;
  }

  private static Testpmd launch(List<PciFunction> functions) {
    List<String> words = new ArrayList<>(List.of("dpdk-testpmd", "-l", "0,1", "--iova-mode=va"));
    for (PciFunction function : functions) {
      words.addAll(List.of("-a", function.address()));
    }
    words.addAll(
        List.of("--", "-i", "--auto-start", "--forward-mode=icmpecho", "--total-num-mbufs=4096"));
    try {
      Path log = Files.createTempFile("testpmd", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
      return new Testpmd(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("start " + words, e);
    }
  }

  /** Waits until it has said this; an assertion error with its output if it ends before. */
  public void await(String text) {
    try {
      Waiting.until(STARTED, text, () -> log().contains(text) || !process.isAlive());
    } catch (AssertionError e) {
      close();
      throw new AssertionError(e.getMessage() + "; testpmd said:\n" + log(), e);
    }
    if (!log().contains(text)) {
      throw new AssertionError("testpmd ended before \"%s\"; it said:\n%s".formatted(text, log()));
    }
  }

  /** What it has said so far. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + log, e);
    }
  }

  /** Asks it to quit, which gives the functions back; kills it if it does not. */
  @Override
  public void close() {
    try (var stdin = process.getOutputStream()) {
      if (process.isAlive()) {
        stdin.write("quit\n".getBytes(StandardCharsets.UTF_8));
        stdin.flush();
      }
      if (!process.waitFor(Patience.of(ENDED).toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("quit testpmd", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("wait for testpmd: interrupted", e);
    }
  }
}
