package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.PodRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Events as lines of JSON, each one write(2) to a file opened for appending. At 4 MiB the file
 * becomes {@code events.jsonl.1}, whose forerunner is dropped.
 */
final class EventFile {
  static final String NAME = "events.jsonl";

  private static final long MAX_BYTES = 4L * 1024 * 1024;
  private static final int MAX_MESSAGE = 1024; // as events.k8s.io has it

  private final Path file;

  EventFile(Path folder) {
    this.file = folder.resolve(NAME);
  }

  synchronized void append(Event event) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
      Files.move(file, file.resolveSibling(NAME + ".1"), StandardCopyOption.REPLACE_EXISTING);
    }
    byte[] line = (json(event) + "\n").getBytes(StandardCharsets.UTF_8);
    Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static ObjectNode json(Event event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
    json.put("type", event.severity().text());
    json.put("reason", event.reason());
    json.put("message", shortened(event.message()));
    event.subject().ifPresent(pod -> json.set("involvedObject", involved(pod)));
    return json;
  }

  private static ObjectNode involved(PodRef pod) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "Pod").put("namespace", pod.namespace()).put("name", pod.name());
    pod.uid().ifPresent(uid -> json.put("uid", uid));
    return json;
  }

  private static String shortened(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
  }
}
