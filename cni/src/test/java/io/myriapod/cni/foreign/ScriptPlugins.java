package io.myriapod.cni.foreign;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A directory of little shell plugins that note what they were given. */
public final class ScriptPlugins {
  private final Path directory;

  /** Scripts and notes lie in that directory. */
  public ScriptPlugins(Path directory) {
    this.directory = directory;
  }

  /** The directory, as CNI_PATH names it. */
  public Path directory() {
    return directory;
  }

  /** Writes an executable {@code /bin/sh} script. */
  public Path script(String type, String... lines) {
    try {
      Path file = directory.resolve(type);
      Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A plugin that notes verb, environment and stdin, and then runs the lines. */
  public Path recorder(String type, String... lines) {
    List<String> all = new ArrayList<>();
    String notes = directory + "/" + type;
    all.add("echo \"$CNI_COMMAND\" >> " + directory + "/calls." + type);
    all.add("echo \"$CNI_COMMAND " + type + "\" >> " + directory + "/calls");
    all.add("/usr/bin/env -0 > " + notes + ".$CNI_COMMAND.env");
    all.add("/bin/cat > " + notes + ".$CNI_COMMAND.stdin");
    all.addAll(Arrays.asList(lines));
    return script(type, all.toArray(String[]::new));
  }

  /** The verbs that the recorder was called with, in their order. */
  public List<String> calls(String type) {
    return lines("calls." + type);
  }

  /** The calls of all recorders: {@code VERB type}. */
  public List<String> calls() {
    return lines("calls");
  }

  private List<String> lines(String name) {
    try {
      Path file = directory.resolve(name);
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was on stdin in the last call of that verb. */
  public String stdin(String type, String verb) {
    return read("%s.%s.stdin".formatted(type, verb));
  }

  /** The environment in the last call of that verb, without what the shell adds by itself. */
  public Map<String, String> environment(String type, String verb) {
    Map<String, String> environment = new TreeMap<>();
    for (String entry : read("%s.%s.env".formatted(type, verb)).split("\0")) {
      int equals = entry.indexOf('=');
      environment.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    environment.keySet().removeAll(List.of("PWD", "OLDPWD", "SHLVL", "_"));
    return environment;
  }

  private String read(String name) {
    try {
      return Files.readString(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request for pod interface net1 with that configuration (single quotes for double ones). */
  public PluginRequest request(String config) {
    return new PluginRequest(
        new ContainerId("c1"),
        new InterfaceName("net1"),
        Optional.of(Path.of("/run/netns/pod")),
        CniArgs.parse("IgnoreUnknown=1;K8S_POD_NAME=web"),
        NetworkConfig.of(Json.parseObject(json(config), "test")),
        Optional.empty(),
        Deadline.in(Duration.ofSeconds(30)),
        List.of(directory),
        new CallerEnvironment(Map.of("TRACEPARENT", "00-aa-bb-01", "HOME", "/secret")));
  }

  /** The text with double quotes, as bytes. */
  public static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
