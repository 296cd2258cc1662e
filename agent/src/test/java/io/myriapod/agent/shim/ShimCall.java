package io.myriapod.agent.shim;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One execution of the shim with a root of its own, as a container runtime would do it. */
record ShimCall(Path root, Path program, Map<String, String> environment, byte[] stdin) {
  static final String CONFIG = "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"type\":\"myriapod\"}";

  static ShimCall of(Path root, String command) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("MYRIAPOD_ROOT", root.toString());
    environment.put("CNI_COMMAND", command);
    environment.put("CNI_CONTAINERID", "c1");
    environment.put("CNI_IFNAME", "eth0");
    byte[] stdin = CONFIG.getBytes(StandardCharsets.UTF_8);
    return new ShimCall(root, ShimBinary.path(), environment, stdin);
  }

  /** Short deadlines and the like, as the agent would write them. */
  static void configure(Path root, String... lines) throws IOException {
    Path conf = root.resolve("var/lib/myriapod/shim.conf");
    Files.createDirectories(conf.getParent());
    Files.writeString(conf, String.join("\n", lines) + "\n");
  }

  ShimCall with(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(key, value);
    return new ShimCall(root, program, more, stdin);
  }

  ShimCall without(String key) {
    Map<String, String> less = new LinkedHashMap<>(environment);
    less.remove(key);
    return new ShimCall(root, program, less, stdin);
  }

  ShimCall withStdin(byte[] bytes) {
    return new ShimCall(root, program, environment, bytes);
  }

  ShimCall calledAs(String name) throws IOException {
    Path link = Files.createSymbolicLink(root.resolve(name), program);
    return new ShimCall(root, link, environment, stdin);
  }

  Result run() {
    return Command.of(program.toString()).withEnvironment(environment).withStdin(stdin).attempt();
  }

  CompletableFuture<Result> runInBackground() {
    return CompletableFuture.supplyAsync(this::run);
  }

  /** Started with stdin left open; the caller ends it. */
  Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(program.toString())
            .redirectOutput(root.resolve("stdout").toFile())
            .redirectError(root.resolve("stderr").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }
}
