package io.myriapod.agent.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.socket.AgentClient;
import io.myriapod.agent.socket.ReplyFrame;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.ErrorObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The command line's end of questions about the node as a whole. */
public final class StatusClient {
  /** By this name the agent knows that no runtime asks. */
  public static final String CALLED_AS = "status";

  /** What can be asked. */
  public enum Question {
    /** The node at a glance. */
    GLANCE
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AgentPaths paths;

  public StatusClient(AgentPaths paths) {
    this.paths = paths;
  }

  /**
   * The agent's answer; empty if none listens.
   *
   * @throws CniException the agent's own, 5 if it cannot be reached or says no JSON
   */
  public Optional<ObjectNode> ask(Question question) {
    RequestFrame frame =
        new RequestFrame(
            RequestId.random(),
            PATIENCE,
            CALLED_AS,
            Map.of("CNI_COMMAND", question.name()),
            new byte[0]);
    return AgentClient.callIfThere(paths.socket(), frame).map(StatusClient::answer);
  }

  private static ObjectNode answer(ReplyFrame reply) {
    try {
      JsonNode answer = JSON.readTree(reply.stdout());
      if (reply.exitCode() == 0 && answer instanceof ObjectNode object) {
        return object;
      }
      throw ErrorObject.decode(answer).orElseThrow(() -> noAnswer("no error in it"));
    } catch (IOException e) {
      throw noAnswer(e.getMessage());
    }
  }

  private static CniException noAnswer(String finding) {
    return new CniException(
        ErrorCode.IO, "read the agent's answer: " + finding, "look at the agent's log");
  }
}
