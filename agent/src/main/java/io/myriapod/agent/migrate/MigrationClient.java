package io.myriapod.agent.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The command line's end: through the agent, or, where none listens, under its lock. */
public final class MigrationClient {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration FOR_THE_LOCK = Duration.ofSeconds(5);
  private static final int LONGEST_ANSWER = 16 << 20;

  private final AgentPaths paths;

  public MigrationClient(AgentPaths paths) {
    this.paths = paths;
  }

  /**
   * Has it done; see {@link Migration#run} for the answer.
   *
   * @throws CniException the agent's own, 11 if the journal is locked and no agent listens
   */
  public ObjectNode run(MigrationRequest request) {
    RequestFrame frame =
        new RequestFrame(
            RequestId.random(),
            PATIENCE,
            MigrationRequest.CALLED_AS,
            Map.of("CNI_COMMAND", request.dryRun() ? "LOOK" : "TAKE"),
            Json.bytes(request.toJson()));
    return AgentClient.callIfThere(paths.socket(), frame)
        .map(MigrationClient::answer)
        .orElseGet(() -> withoutAgent(request));
  }

  private static ObjectNode answer(ReplyFrame reply) {
    JsonNode answer = Json.parse(reply.stdout(), "the agent's answer", LONGEST_ANSWER);
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
    return Json.parseObject(reply.stdout(), "the agent's answer", LONGEST_ANSWER);
  }

  private ObjectNode withoutAgent(MigrationRequest request) {
    Node node = Node.local();
    try (Journal journal =
        Journal.open(paths.journal(), node.bootId(), MigrationClient::lock, PhaseListener.NONE)) {
      return new Migration(paths, node, journal, (container, work) -> work.run()).run(request);
    }
  }

  private static JournalLock.Held lock(Path file) {
    return FileLock.exclusive(file, FOR_THE_LOCK)
        .<JournalLock.Held>map(held -> held::close)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.TRY_AGAIN_LATER,
                    "lock %s: another process has it, and no agent listens".formatted(file),
                    "an agent that is just starting or stopping; try again"));
  }
}
