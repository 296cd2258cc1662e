package io.myriapod.kubernetes.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.PodRef;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** An event as the core group's {@code v1} has it. Kubernetes API reference, "Event v1 core". */
final class EventObject {
  private static final String COMPONENT = "myriapod";
  private static final int LONGEST_PREFIX = 200;

  private final Event event;
  private final String node;

  EventObject(Event event, String node) {
    this.event = event;
    this.node = node;
  }

  /** Events about the node are in the namespace where the kubelet's are. */
  String namespace() {
    return event.subject().map(PodRef::namespace).orElse("default");
  }

  String path() {
    return "/api/v1/namespaces/%s/events".formatted(namespace());
  }

  /**
   * Its JSON.
   *
   * @param serial tells it from others of the same subject
   * @param count how often it happened
   */
  ObjectNode json(String serial, int count, Instant now) {
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    String name = event.subject().map(PodRef::name).orElse(node);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("apiVersion", "v1").put("kind", "Event");
    json.putObject("metadata")
        .put("name", "%s.%s".formatted(prefix(name), serial))
        .put("namespace", namespace());
    json.set("involvedObject", involved());
    json.put("type", event.severity().text())
        .put("reason", event.reason())
        .put("message", event.message())
        .put("count", count)
        .put("firstTimestamp", time)
        .put("lastTimestamp", time)
        .put("reportingComponent", COMPONENT)
        .put("reportingInstance", node);
    json.putObject("source").put("component", COMPONENT).put("host", node);
    return json;
  }

  /** A name may have 253 characters, and a label in it ends with a letter or digit. */
  private static String prefix(String name) {
    return name.substring(0, Math.min(name.length(), LONGEST_PREFIX)).replaceAll("[-.]+$", "");
  }

  /** As uid of a node the kubelet gives its name, and kubectl looks for that. */
  private ObjectNode involved() {
    ObjectNode involved = JsonNodeFactory.instance.objectNode().put("apiVersion", "v1");
    Optional<PodRef> pod = event.subject();
    if (pod.isEmpty()) {
      return involved.put("kind", "Node").put("name", node).put("uid", node);
    }
    involved.put("kind", "Pod").put("namespace", namespace()).put("name", pod.get().name());
    pod.get().uid().ifPresent(uid -> involved.put("uid", uid));
    return involved;
  }
}
