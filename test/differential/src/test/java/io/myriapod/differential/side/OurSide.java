package io.myriapod.differential.side;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The shim, called by the plugin's name, and one agent for all calls. In {@code CNI_PATH} are the
 * reference plugins, each behind a script that notes its call.
 */
public final class OurSide extends Side {
  private static final String NOTING =
      """
      #!/bin/sh
      echo "$CNI_COMMAND %s" >>%s
      exec %s
      """;

  private final AgentProcess agent;
  private final Path noted;
  private final Map<ReferencePlugins, Path> executables = new EnumMap<>(ReferencePlugins.class);

  /** Makes it and starts the agent. */
  public OurSide() {
    super("ours");
    try {
      this.noted = Files.createFile(root().resolve("executed"));
      Files.createDirectories(root().resolve("bin"));
      for (ReferencePlugins version : ReferencePlugins.values()) {
        executables.put(version, noting(version));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("make the executables of a side", e);
    }
    this.agent = AgentProcess.start(node(), root());
  }

  private Path noting(ReferencePlugins version) throws IOException {
    Path folder = Files.createDirectories(root().resolve("cni-bin-" + version));
    try (Stream<Path> plugins = Files.list(version.folder())) {
      for (Path plugin : plugins.toList()) {
        Path script = folder.resolve(plugin.getFileName());
        Files.writeString(script, NOTING.formatted(plugin.getFileName(), noted, plugin));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
    return folder;
  }

  @Override
  public Result run(Call call) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + node().path()));
    words.add(shimAs(call.calledAs()).toString());
    Map<String, String> environment = new HashMap<>(call.environment());
    environment.put("MYRIAPOD_ROOT", root().toString());
    environment.put("CNI_PATH", executables.get(call.reference()).toString());
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
    return Command.of(words.toArray(String[]::new))
        .withEnvironment(environment)
        .withStdin(call.stdin())
        .attempt();
  }

  private Path shimAs(String name) {
    Path link = root().resolve("bin").resolve(name);
    try {
      return Files.exists(link) ? link : Files.createSymbolicLink(link, Product.shim());
    } catch (IOException e) {
      throw new UncheckedIOException("link the shim as " + link, e);
    }
  }

  /** Which reference binaries the agent has executed since the last question, e.g. "ADD bridge". */
  public List<String> executed() {
    try {
      List<String> lines = Files.readAllLines(noted);
      Files.writeString(noted, "");
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("read " + noted, e);
    }
  }

  @Override
  public void close() {
    agent.close();
    super.close();
  }
}
