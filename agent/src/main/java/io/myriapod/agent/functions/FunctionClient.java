package io.myriapod.agent.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.launch.NodeProcess;
import io.myriapod.agent.socket.AgentClient;
import io.myriapod.agent.socket.ReplyFrame;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.ErrorObject;
import io.myriapod.cni.json.Json;
import io.myriapod.journal.Journal;
import io.myriapod.journal.JournalLock;
import io.myriapod.journal.PhaseListener;
import io.myriapod.linux.Node;
import io.myriapod.linux.lock.FileLock;
import io.myriapod.vfio.VirtualFunctions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The command line's end: through the agent, or, where none listens, under its lock. */
public final class FunctionClient {
  /** Making virtual functions takes minutes on a card that is ill. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Duration FOR_THE_LOCK = Duration.ofSeconds(5);

  private final AgentPaths paths;

  public FunctionClient(AgentPaths paths) {
    this.paths = paths;
  }

  /**
   * Has it done; see {@link FunctionService#run} for the answer.
   *
   * @throws CniException the agent's own, 11 if the journal is locked and no agent listens
   */
  public ObjectNode run(FunctionRequest request) {
    RequestFrame frame =
        new RequestFrame(
            RequestId.random(),
            PATIENCE,
            FunctionRequest.CALLED_AS,
            Map.of("CNI_COMMAND", request.command()),
            Json.bytes(request.toJson()));
    return AgentClient.callIfThere(paths.socket(), frame)
        .map(FunctionClient::answer)
        .orElseGet(() -> withoutAgent(request));
  }

  private static ObjectNode answer(ReplyFrame reply) {
    JsonNode answer = Json.parse(reply.stdout(), "the agent's answer");
    if (reply.exitCode() != 0) {
      throw ErrorObject.decode(answer)
          .orElseThrow(
              () ->
                  new CniException(
                      ErrorCode.IO,
                      "read the agent's answer: exit code %d without an error"
                          .formatted(reply.exitCode()),
                      "look at the agent's log"));
    }
    return Json.parseObject(reply.stdout(), "the agent's answer");
  }

  private ObjectNode withoutAgent(FunctionRequest request) {
    Node node = NodeProcess.node();
    try (Journal journal =
        Journal.open(paths.journal(), node.bootId(), FunctionClient::lock, PhaseListener.NONE)) {
      VirtualFunctions functions =
          new VirtualFunctions(node, journal, VirtualFunctions.Places.REAL, new ReentrantLock());
      FunctionService service =
          new FunctionService(functions, new ConfiguredFunctions(paths.config()));
      if (!request.dryRun()) {
        service.recover();
      }
      return service.run(request);
    }
  }

  private static JournalLock.Held lock(Path file) {
    Optional<FileLock> lock = FileLock.exclusive(file, FOR_THE_LOCK);
    return lock.<JournalLock.Held>map(held -> held::close)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.TRY_AGAIN_LATER,
                    "lock %s: another process has it, and no agent listens".formatted(file),
                    "an agent that is just starting or stopping, or another `myriapod vf`; try"
                        + " again"));
  }
}
