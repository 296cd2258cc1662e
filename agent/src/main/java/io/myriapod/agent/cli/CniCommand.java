package io.myriapod.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.socket.AgentClient;
import io.myriapod.agent.socket.ReplyFrame;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.cni.config.ConfDirectory;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.ErrorObject;
import io.myriapod.cni.json.Json;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.multus.attach.ListCodec;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Drives one network by hand, with the habits of {@code cnitool}: {@code NETCONFPATH}, {@code
 * CNI_PATH}, {@code CNI_ARGS}, {@code CNI_IFNAME}, {@code CAP_ARGS}; container id from the
 * namespace's path.
 */
@Command(
    name = "cni",
    description = "Drives one network by hand, through the agent, as cnitool does.",
    footer = {
      "%nFrom the environment:",
      "  NETCONFPATH      folder of the network's .conflist or .conf (/etc/cni/net.d)",
      "  CNI_PATH         where executed plugins are looked for (/opt/cni/bin)",
      "  CNI_IFNAME       name of the interface (eth0)",
      "  CNI_CONTAINERID  else made of the namespace's path",
      "  CNI_ARGS         KEY=VALUE;KEY=VALUE",
      "  CAP_ARGS         capability arguments, a JSON object",
      "%nExample:",
      "  ip netns add try && myriapod cni add storage /run/netns/try"
    })
public final class CniCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private enum Verb {
    ADD,
    DEL,
    CHECK,
    GC,
    STATUS
  }

  private static final Set<Verb> NEED_NETNS = EnumSet.of(Verb.ADD, Verb.DEL, Verb.CHECK);

  @Spec private CommandSpec spec;

  @Parameters(index = "0", description = "add, del, check, gc or status")
  private Verb verb;

  @Parameters(index = "1", description = "name of a network of NETCONFPATH")
  private String network;

  @Parameters(
      index = "2",
      arity = "0..1",
      description = "path of a network namespace; for add, del and check")
  private String netns = "";

  @Override
  public Integer call() throws IOException {
    if (netns.isEmpty() && NEED_NETNS.contains(verb)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: want the path of a network namespace"
              .formatted(verb.name().toLowerCase(Locale.ROOT)));
    }
    AgentPaths paths = AgentPaths.fromEnvironment();
    Map<String, String> environment = environment();
    ObjectNode list = networkIn(Path.of(variable("NETCONFPATH", "/etc/cni/net.d")));
    if (verb == Verb.CHECK) {
      list.set("prevResult", resultOf(environment, paths));
    }
    if (verb == Verb.GC) { // as with cnitool nothing is listed; the agent spares what pods hold
      list.putArray("cni.dev/valid-attachments");
    }
    RequestFrame request =
        new RequestFrame(RequestId.random(), PATIENCE, "cni", environment, Json.bytes(list));
    return show(AgentClient.call(paths.socket(), request));
  }

  private int show(ReplyFrame reply) throws IOException {
    if (reply.stdout().length == 0) {
      return reply.exitCode();
    }
    JsonNode answer = Json.parse(reply.stdout(), "the agent's answer");
    Optional<CniException> error =
        reply.exitCode() == 0 ? Optional.empty() : ErrorObject.decode(answer);
    if (error.isPresent()) {
      throw error.get();
    }
    spec.commandLine().getOut().println(answer.toPrettyString());
    return reply.exitCode();
  }

  private ObjectNode networkIn(Path directory) {
    return new ConfDirectory(directory)
        .find(network)
        .map(list -> Json.parseObject(ListCodec.encode(list).getBytes(UTF_8), network))
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.NETWORK_NOT_FOUND,
                    "network \"%s\" is not in %s".formatted(network, directory),
                    "NETCONFPATH names the directory of its .conflist or .conf"));
  }

  /** What the ADD came to, as the journal has it. */
  private static JsonNode resultOf(Map<String, String> environment, AgentPaths paths) {
    AttachmentKey key =
        new AttachmentKey(
            new ContainerId(environment.get("CNI_CONTAINERID")),
            new InterfaceName(environment.get("CNI_IFNAME")));
    return Journal.read(paths.journal()).stream()
        .filter(record -> record.key().equals(key))
        .flatMap(record -> record.fact("result").stream())
        .findFirst()
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.UNKNOWN_CONTAINER,
                    "check %s: it is not attached".formatted(key),
                    "`myriapod list` shows what is; CNI_IFNAME names the interface"));
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
      byte[] hash = MessageDigest.getInstance("SHA-512").digest(path.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, 10);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String variable(String name, String ifAbsent) {
    return System.getenv().getOrDefault(name, ifAbsent);
  }
}
