package io.myriapod.agent.cli;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.socket.AgentClient;
import io.myriapod.agent.socket.ReplyFrame;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.cni.config.ConfDirectory;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.multus.attach.ListCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Drives one network by hand, with the habits of {@code cnitool}: {@code NETCONFPATH}, {@code
 * CNI_PATH}, {@code CNI_ARGS}, {@code CNI_IFNAME}, {@code CAP_ARGS}; container id from the
 * namespace's path.
 */
@Command(
    name = "cni",
    description = "Drives one network of NETCONFPATH by hand, through the agent, as cnitool does.")
public final class CniCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private enum Verb {
    ADD,
    DEL,
    CHECK,
    GC,
    STATUS
  }

  @Spec private CommandSpec spec;

  @Parameters(index = "0", description = "add, del, check, gc or status")
  private Verb verb;

  @Parameters(index = "1", description = "name of a network below NETCONFPATH")
  private String network;

  @Parameters(index = "2", arity = "0..1", description = "path of a network namespace")
  private String netns = "";

  @Override
  public Integer call() throws IOException {
    Path directory = Path.of(variable("NETCONFPATH", "/etc/cni/net.d"));
    byte[] list = networkIn(directory);
    RequestFrame request =
        new RequestFrame(RequestId.random(), PATIENCE, "cni", environment(), list);
    ReplyFrame reply = AgentClient.call(AgentPaths.fromEnvironment().socket(), request);
    spec.commandLine().getOut().print(new String(reply.stdout(), StandardCharsets.UTF_8));
    spec.commandLine().getOut().flush();
    return reply.exitCode();
  }

  private byte[] networkIn(Path directory) {
    return new ConfDirectory(directory)
        .find(network)
        .map(list -> ListCodec.encode(list).getBytes(StandardCharsets.UTF_8))
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.NETWORK_NOT_FOUND,
                    "network \"%s\" is not in %s".formatted(network, directory),
                    "NETCONFPATH names the directory of its .conflist or .conf"));
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("CNI_COMMAND", verb.name().toUpperCase(Locale.ROOT));
    environment.put("CNI_PATH", variable("CNI_PATH", "/opt/cni/bin"));
    if (!netns.isEmpty()) {
      environment.put("CNI_CONTAINERID", variable("CNI_CONTAINERID", "cnitool-" + digest(netns)));
      environment.put("CNI_NETNS", netns);
      environment.put("CNI_IFNAME", variable("CNI_IFNAME", "eth0"));
    }
    for (String name : new String[] {"CNI_ARGS", "CAP_ARGS"}) {
      String value = variable(name, "");
      if (!value.isEmpty()) {
        environment.put(name.equals("CAP_ARGS") ? "CNI_CAP_ARGS" : name, value);
      }
    }
    return environment;
  }

  /** The first ten bytes of the path's SHA-512, as cnitool names its containers. */
  private static String digest(String path) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-512").digest(path.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 10);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String variable(String name, String ifAbsent) {
    return System.getenv().getOrDefault(name, ifAbsent);
  }
}
