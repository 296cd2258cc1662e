package io.myriapod.agent.devices;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.config.DevicePluginSettings;
import io.myriapod.agent.devices.DevicePicture.Source;
import io.myriapod.agent.socket.AgentClient;
import io.myriapod.agent.socket.ReplyFrame;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.ErrorObject;
import io.myriapod.cni.json.Json;
import io.myriapod.deviceplugin.config.FileContent;
import io.myriapod.deviceplugin.config.PoolList;
import io.myriapod.deviceplugin.config.PoolListReader;
import io.myriapod.deviceplugin.snapshot.SnapshotException;
import io.myriapod.deviceplugin.snapshot.StoredNode;
import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The command line's end: asks the agent, or looks itself. */
public final class DeviceClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final PoolList NO_POOLS = new PoolList(List.of(), List.of());

  private final AgentPaths paths;
  private final Supplier<Node> node;
  private final Path sys;

  /**
   * @param node asked only if this node is looked at
   * @param sys the directory that stands for its {@code /sys}
   */
  public DeviceClient(AgentPaths paths, Supplier<Node> node, Path sys) {
    this.paths = paths;
    this.node = node;
    this.sys = sys;
  }

  /**
   * Has it answered. An agent is asked only for what it runs with.
   *
   * @throws CniException 113 if there is no such pool or device, 5 and 6 if something cannot be
   *     read, the agent's own
   * @throws IllegalArgumentException for a resource prefix that none can have
   */
  public ObjectNode ask(DeviceScope scope, DeviceRequest request, Remarks remarks) {
    if (scope.tree().isPresent()) {
      return inTree(scope, scope.tree().get(), request, remarks);
    }
    if (!scope.equals(DeviceScope.RUNNING)) {
      return onNode(scope, request, remarks);
    }
    return AgentClient.callIfThere(paths.socket(), frame(request))
        .map(DeviceClient::answer)
        .orElseGet(() -> withoutAgent(request, remarks));
  }

  private static RequestFrame frame(DeviceRequest request) {
    return new RequestFrame(
        RequestId.random(),
        PATIENCE,
        DeviceRequest.CALLED_AS,
        Map.of("CNI_COMMAND", request.command()),
        Json.bytes(request.toJson()));
  }

  /** A list of many devices is longer than what {@link Json} reads. */
  private static ObjectNode answer(ReplyFrame reply) {
    try {
      JsonNode answer = new ObjectMapper().readTree(reply.stdout());
      if (reply.exitCode() == 0 && answer instanceof ObjectNode object) {
        return object;
      }
      throw ErrorObject.decode(answer).orElseThrow(() -> noAnswer("no error in it"));
    } catch (JsonProcessingException e) {
      throw noAnswer(e.getOriginalMessage());
    } catch (IOException e) {
      throw noAnswer(e.getMessage());
    }
  }

  private static CniException noAnswer(String finding) {
    return new CniException(
        ErrorCode.IO, "read the agent's answer: " + finding, "look at the agent's log");
  }

  private ObjectNode withoutAgent(DeviceRequest request, Remarks remarks) {
    remarks.note(
        "no agent listens at %s: what the kubelet knows of the pools is unknown"
            .formatted(paths.socket()));
    if (settings().isEmpty()) {
      remarks.note("%s has no section %s".formatted(paths.config(), DevicePluginSettings.KEY));
    }
    return onNode(DeviceScope.RUNNING, request, remarks);
  }

  private ObjectNode onNode(DeviceScope scope, DeviceRequest request, Remarks remarks) {
    PoolList list = list(scope);
    list.findings().forEach(remarks::finding);
    Node here = node.get();
    return request.on(
        PictureReader.ofNode(
            Source.NODE, here, new Sysfs(sys), list.pools(), PictureReader.holdings(paths, here)));
  }

  private PoolList list(DeviceScope scope) {
    if (scope.config().isPresent()) {
      String prefix =
          scope
              .resourcePrefix()
              .or(() -> settings().map(DevicePluginSettings::resourcePrefix))
              .orElse(PoolListReader.USUAL_PREFIX);
      return list(scope.config().get(), prefix);
    }
    return settings()
        .map(one -> scope.resourcePrefix().map(one::withResourcePrefix).orElse(one))
        .map(one -> one.pools(paths))
        .orElse(NO_POOLS);
  }

  private static PoolList list(Path file, String prefix) {
    return new PoolListReader(prefix).read(FileContent.read(file));
  }

  private Optional<DevicePluginSettings> settings() {
    return AgentConfig.read(paths.config()).devicePlugin();
  }

  private static ObjectNode inTree(
      DeviceScope scope, Path tree, DeviceRequest request, Remarks remarks) {
    StoredNode stored = stored(tree);
    if (stored.recorded().isEmpty()) {
      remarks.note(
          "%s is no snapshot: what its node does with interfaces, and who has which device, is"
                  .formatted(tree)
              + " unknown");
    }
    PoolList list =
        scope
            .config()
            .or(stored::config)
            .map(file -> list(file, scope.resourcePrefix().orElse(stored.resourcePrefix())))
            .orElse(NO_POOLS);
    list.findings().forEach(remarks::finding);
    return request.on(PictureReader.ofTree(stored, list.pools()));
  }

  private static StoredNode stored(Path tree) {
    try {
      return StoredNode.open(tree);
    } catch (SnapshotException e) {
      throw told(e);
    }
  }

  static CniException told(SnapshotException e) {
    return new CniException(ErrorCode.IO, e.getMessage(), e.details());
  }
}
