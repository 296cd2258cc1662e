package io.myriapod.base.masquerade;

import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the program {@code nft} in the node's network namespace. */
final class Nft {
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final List<String> USUAL_PLACES = List.of("/usr/sbin", "/sbin", "/usr/bin");

  private final Node node;
  private final Optional<Path> program;

  Nft(Node node, Optional<Path> program) {
    this.node = node;
    this.program = program;
  }

  /** The first {@code nft} on the path or in the usual places for programs of root. */
  static Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(Stream.of(path.split(":")), USUAL_PLACES.stream())
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "nft"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Whether the node has no such program. */
  boolean isMissing() {
    return program.filter(Files::isExecutable).isEmpty();
  }

  /** What nft said to a script; both its streams in one. */
  record Answer(int exitCode, String text) {
    boolean accepted() {
      return exitCode == 0;
    }

    /** Its text in one line, to be part of a message. */
    String inOneLine() {
      return text.strip().lines().map(String::strip).reduce((a, b) -> a + "; " + b).orElse("");
    }
  }

  /** Applies a script as one transaction. Throws CniException 105 if nft cannot run. */
  Answer apply(String script) {
    return run(script, "-f", "-");
  }

  /** Asks the kernel to take a script and to forget it again. */
  Answer rehearse(String script) {
    return run(script, "--check", "-f", "-");
  }

  private Answer run(String script, String... arguments) {
    Path nft =
        program
            .filter(Files::isExecutable)
            .orElseThrow(() -> NftRefusal.of("program \"nft\" is not on the node"));
    try (NetworkNamespace host = node.openHost()) {
      List<String> command = new ArrayList<>(entering(host));
      command.add(nft.toString());
      command.addAll(List.of(arguments));
      return talk(new ProcessBuilder(command).redirectErrorStream(true).start(), script);
    } catch (IOException e) {
      throw NftRefusal.of("run \"%s\": %s".formatted(nft, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NftRefusal.of("run \"%s\": interrupted".formatted(nft), e);
    }
  }

  /** Nothing where the node's namespace is our own: always, except in tests and demos. */
  private static List<String> entering(NetworkNamespace host) {
    if (host.cookie() == NetworkNamespace.OWN.getAsLong()) {
      return List.of();
    }
    return List.of(
        "nsenter", "--net=/proc/%d/fd/%d".formatted(ProcessHandle.current().pid(), host.fd()));
  }

  private static Answer talk(Process process, String script)
      throws IOException, InterruptedException {
    CompletableFuture.delayedExecutor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
        .execute(process::destroyForcibly);
    try (OutputStream in = process.getOutputStream()) {
      in.write(script.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it ended before it had read everything; its own words are the better ones
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), text);
  }
}
