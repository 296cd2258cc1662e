package io.myriapod.agent.flight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.socket.AgentClient;
import io.myriapod.agent.socket.ReplyFrame;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.multus.attach.ListCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Has the agent compare a pod's records with the kernel, as a runtime's CHECK does. */
public final class Comparison {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The meta-plugin, by a name that tells that no runtime asks. */
  public static final String CALLED_AS = "why";

  /** Asked for by the specification; each record has its own. */
  private static final String USUAL_PATH = "/opt/cni/bin";

  /** What came before is in the records, and is not looked at here. */
  private static final String CONFIG =
      """
      {"cniVersion":"1.0.0","name":"%s","type":"myriapod","prevResult":{"cniVersion":"1.0.0"}}
      """;

  private final AgentPaths paths;

  public Comparison(AgentPaths paths) {
    this.paths = paths;
  }

  /**
   * What came of it.
   *
   * @param differs whether the kernel lacks something
   * @param text in words
   */
  public record Difference(boolean differs, String text) {}

  /**
   * What differs in each sandbox, by container. Sandboxes that others than the meta-plugin attached
   * are left out.
   *
   * @return absent if no agent answers
   */
  public Optional<Map<String, Difference>> of(List<AttachmentRecord> records) {
    Map<String, Difference> found = new LinkedHashMap<>();
    for (AttachmentRecord record : records) {
      String container = record.key().container().value();
      Optional<String> sandboxInterface = record.text("sandboxInterface");
      if (sandboxInterface.isEmpty() || found.containsKey(container)) {
        continue;
      }
      Optional<ReplyFrame> answer = ask(record, sandboxInterface.get());
      if (answer.isEmpty()) {
        return Optional.empty();
      }
      found.put(container, difference(answer.get(), unchecked(container, records)));
    }
    return Optional.of(found);
  }

  /** CHECK came with 0.4.0, and a network may be exempt from it. */
  private static List<String> unchecked(String container, List<AttachmentRecord> records) {
    return records.stream()
        .filter(record -> record.key().container().value().equals(container))
        .filter(record -> !isChecked(record))
        .map(record -> record.key().interfaceName().value())
        .toList();
  }

  private static boolean isChecked(AttachmentRecord record) {
    NetworkList list = ListCodec.decode(record.text("config").orElse("{}"));
    return !list.disableCheck() && list.cniVersion().atLeast(CniVersion.V0_4_0);
  }

  private Optional<ReplyFrame> ask(AttachmentRecord record, String sandboxInterface) {
    RequestFrame request =
        new RequestFrame(
            RequestId.random(),
            PATIENCE,
            CALLED_AS,
            Map.of(
                "CNI_COMMAND",
                "CHECK",
                "CNI_CONTAINERID",
                record.key().container().value(),
                "CNI_IFNAME",
                sandboxInterface,
                "CNI_NETNS",
                record.text("netns").orElse(""),
                "CNI_PATH",
                USUAL_PATH),
            CONFIG
                .formatted(record.text("metaNetwork").orElse("node"))
                .getBytes(StandardCharsets.UTF_8));
    return AgentClient.callIfThere(paths.socket(), request);
  }

  private static Difference difference(ReplyFrame reply, List<String> unchecked) {
    if (reply.exitCode() == 0) {
      return new Difference(
          false,
          unchecked.isEmpty()
              ? "the kernel has all that is recorded"
              : "the kernel has what is recorded; not compared, as their networks have no CHECK: "
                  + String.join(", ", unchecked));
    }
    try {
      JsonNode error = JSON.readTree(reply.stdout());
      boolean later = error.path("code").asInt() == ErrorCode.TRY_AGAIN_LATER;
      return new Difference(
          !later, (later ? "not compared: " : "") + error.path("msg").asText("no reason is given"));
    } catch (IOException e) {
      return new Difference(false, "not compared: the agent's answer is no JSON");
    }
  }
}
