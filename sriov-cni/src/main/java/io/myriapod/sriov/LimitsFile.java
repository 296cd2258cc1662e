package io.myriapod.sriov;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was learned of drivers, for the next agent: by driver, the key of the config and the errno.
 * Another kernel may have learned more, so it counts for the one under which it was written. Best
 * effort: it saves an attempt, no more.
 */
final class LimitsFile {
  private static final Logger LOG = LoggerFactory.getLogger(LimitsFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 64 * 1024;

  private final Path file;
  private final String kernel;

  /**
   * @param kernel its release, as {@code uname -r}
   */
  LimitsFile(Path file, String kernel) {
    this.file = file;
    this.kernel = kernel;
  }

  /** By driver, then by key; empty if nothing is known, or was learned under another kernel. */
  Map<String, Map<String, String>> read() {
    Map<String, Map<String, String>> refused = new LinkedHashMap<>();
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return refused;
    }
    try {
      JsonNode json = Files.size(file) > MOST_BYTES ? null : JSON.readTree(file.toFile());
      if (json != null && kernel.equals(json.path("kernel").asText())) {
        json.path("refused")
            .properties()
            .forEach(one -> refused.put(one.getKey(), keys(one.getValue())));
      }
    } catch (IOException e) {
      LOG.warn("what drivers cannot do is learned anew: {}", e.toString());
    }
    return refused;
  }

  private static Map<String, String> keys(JsonNode driver) {
    Map<String, String> keys = new LinkedHashMap<>();
    driver.properties().forEach(one -> keys.put(one.getKey(), one.getValue().asText()));
    return keys;
  }

  void write(Map<String, Map<String, String>> refused) {
    ObjectNode json = JSON.createObjectNode().put("kernel", kernel);
    ObjectNode drivers = json.putObject("refused");
    refused.forEach((driver, keys) -> keys.forEach(drivers.withObjectProperty(driver)::put));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.getParent());
      Files.write(fresh, JSON.writeValueAsBytes(json));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("what a driver cannot do is forgotten at the next start: {}", e.toString());
    }
  }
}
