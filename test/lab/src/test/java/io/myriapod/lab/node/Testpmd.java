package io.myriapod.lab.node;

import io.myriapod.fixtures.Patience;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.kubelet.ContainerAnswer.DeviceNode;
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

  /** Makes device files as runtimes do; the program is in a tree of its own. */
  private static final String CONTAINER =
      """
      dev=$LAB_IMAGE/debian/dev
      mount -t tmpfs tmpfs "$dev"
      mkdir "$dev/hugepages"
      mount -t hugetlbfs hugetlbfs "$dev/hugepages"
      make() {
        mkdir -p "$(dirname "$dev/$2")"
        mknod "$dev/$2" c $(stat -c '0x%t 0x%T' "$1")
      }
      for each in null zero full random urandom tty; do make /dev/$each $each; done
      while [ "$1" != -- ]; do
        make "$1" "${2#/dev/}"
        shift 2
      done
      shift
      exec "$@"
      """;

  private final Process process;
  private final Path log;

  private Testpmd(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts it over these functions and returns when it forwards. */
  public static Testpmd start(List<PciFunction> functions) {
    Testpmd started = launch(List.of(), functions.stream().map(PciFunction::address).toList());
    started.await("testpmd>");
    return started;
  }

  /**
   * The same as in a container: {@code /dev} has what all containers have, huge pages, and these
   * files.
   *
   * @param functions addresses with commas in between, as the device plugin's variable has them
   */
  public static Testpmd startInContainer(String functions, List<DeviceNode> files) {
    List<String> words = new ArrayList<>(List.of("unshare", "--mount", "sh", "-ec", CONTAINER));
    words.add("sh");
    files.forEach(file -> words.addAll(List.of(file.hostPath(), file.containerPath())));
    words.add("--");
    Testpmd started = launch(words, List.of(functions.split(",")));
    started.await("testpmd>");
    return started;
  }

  private static Testpmd launch(List<String> wrapper, List<String> functions) {
    List<String> words = new ArrayList<>(wrapper);
    words.addAll(List.of("dpdk-testpmd", "-l", "0,1", "--iova-mode=va"));
    functions.forEach(function -> words.addAll(List.of("-a", function)));
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
