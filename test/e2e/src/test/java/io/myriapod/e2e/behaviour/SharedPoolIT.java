package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.fixtures.ReferencePlugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our host-local and the reference's in one directory at the same time: four processes of ours and
 * four callers of the reference's binary, 500 ADDs and DELs each, in a pool with hardly more
 * addresses than callers. No address is held twice, none is lost.
 */
class SharedPoolIT {
  private static final int EACH = 4;
  private static final int ROUNDS = 500;

  @TempDir Path folder;
  private Path config;
  private Claims claims;

  @BeforeEach
  void prepare() throws IOException {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    claims = new Claims(Files.createDirectory(folder.resolve("claims")));
    config =
        Files.writeString(
            folder.resolve("config.json"),
            """
            {"cniVersion":"1.0.0","name":"pool","type":"macvlan","ipam":{"type":"host-local",
             "dataDir":"%s","ranges":[[{"subnet":"10.80.0.0/24","rangeStart":"10.80.0.10",
             "rangeEnd":"10.80.0.25"}]]}}
            """
                .formatted(folder.resolve("leases")));
  }

  @Test
  void addAndDel_bothImplementationsAtOnce_nothingDoubledNothingLost() throws Exception {
    List<Callable<Void>> callers = new ArrayList<>();
    for (int i = 0; i < EACH; i++) {
      String name = Integer.toString(i);
      callers.add(() -> ours("ours" + name));
      callers.add(() -> reference("theirs" + name));
    }

    ExecutorService pool = Executors.newFixedThreadPool(callers.size());
    try {
      for (Future<Void> caller : pool.invokeAll(callers)) {
        caller.get();
      }
    } finally {
      pool.shutdownNow();
    }

    assertEquals(List.of(), names(claims.folder()));
    List<String> left = names(folder.resolve("leases/pool"));
    assertEquals(List.of("last_reserved_ip.0", "lock"), left, "a lease was lost");
  }

  private Void ours(String name) throws IOException, InterruptedException {
    Path output = folder.resolve(name + ".log");
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            classPath,
            PoolWorker.class.getName(),
            config.toString(),
            name,
            Integer.toString(ROUNDS),
            claims.folder().toString());
    int exitCode = ended(builder.redirectErrorStream(true).redirectOutput(output.toFile()));
    assertEquals(0, exitCode, Files.readString(output));
    return null;
  }

  private Void reference(String name) throws IOException, InterruptedException {
    String program = ReferencePlugins.NEW.folder().resolve("host-local").toString();
    for (int round = 0; round < ROUNDS; round++) {
      String container = name + "-" + round;
      String address =
          called(program, "ADD", container).at("/ips/0/address").asText().replaceAll("/.*", "");
      claims.take(address, container);
      claims.give(address);
      called(program, "DEL", container);
    }
    return null;
  }

  private JsonNode called(String program, String verb, String container)
      throws IOException, InterruptedException {
    Path output = folder.resolve(container + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(program)
            .redirectInput(config.toFile())
            .redirectOutput(output.toFile())
            .redirectError(output.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "CNI_COMMAND", verb,
                "CNI_CONTAINERID", container,
                "CNI_NETNS", "/none",
                "CNI_IFNAME", "net1",
                "CNI_PATH", "/none"));
    int exitCode = ended(builder);
    String text = Files.readString(output);
    Files.delete(output);
    assertEquals(0, exitCode, () -> verb + " of " + container + ": " + text);
    return new ObjectMapper().readTree(text);
  }

  /** Runs it to its end; it does not outlive this test. */
  private static int ended(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    try {
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
