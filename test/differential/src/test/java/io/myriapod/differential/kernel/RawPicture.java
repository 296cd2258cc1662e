package io.myriapod.differential.kernel;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.fixtures.Netns;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The output of picture.sh for one namespace.
 *
 * @param documents by section, as many as it printed
 */
record RawPicture(Map<String, List<JsonNode>> documents, Map<String, String> sysctls) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LINKS = 0;
  private static final int ASKED = 5;

  static RawPicture of(Netns namespace) {
    Map<String, List<JsonNode>> documents = new HashMap<>();
    Map<String, String> sysctls = new HashMap<>();
    String out = namespace.run("sh", Script.PATH.toString()).out();
    for (String section : out.split("(?m)^#")) {
      int end = section.indexOf('\n');
      if (section.startsWith("sysctl\n")) {
        section.substring(end + 1).lines().forEach(line -> sysctl(sysctls, line));
      } else if (end > 0) {
        documents.put(section.substring(0, end), parsed(section.substring(end + 1)));
      }
    }
    for (String family : List.of("ip4", "ip6")) {
      if (documents.get(family).size() != ASKED) {
        throw new AssertionError("%s of %s: want %d documents".formatted(family, out, ASKED));
      }
    }
    return new RawPicture(documents, sysctls);
  }

  private static void sysctl(Map<String, String> sysctls, String line) {
    int colon = line.indexOf(':');
    sysctls.put(line.substring(0, colon), line.substring(colon + 1).strip());
  }

  private static List<JsonNode> parsed(String text) {
    List<JsonNode> documents = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(text)) {
      while (parser.nextToken() != null) {
        documents.add(JSON.readTree(parser));
      }
      return documents;
    } catch (IOException e) {
      throw new UncheckedIOException("read " + text, e);
    }
  }

  /** What ip says of links; the IPv4 question has them all. */
  JsonNode links() {
    return documents.get("ip4").get(LINKS);
  }

  /** The names of links by their index. */
  Map<Integer, String> names() {
    Map<Integer, String> names = new HashMap<>();
    for (JsonNode link : links()) {
      if (link.has("ifindex")) {
        names.put(link.path("ifindex").asInt(), link.path("ifname").asText());
      }
    }
    return names;
  }

  /** The elements of all arrays that a section printed. */
  List<JsonNode> elements(String section) {
    List<JsonNode> elements = new ArrayList<>();
    documents.get(section).forEach(array -> array.forEach(elements::add));
    return elements;
  }

  /** The script, unpacked once. */
  private static final class Script {
    static final Path PATH = unpack();

    private static Path unpack() {
      try (InputStream script =
          RawPicture.class.getResourceAsStream("/io/myriapod/differential/kernel/picture.sh")) {
        Path file = Files.createTempFile("picture", ".sh");
        file.toFile().deleteOnExit();
        return Files.write(file, script.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException("unpack picture.sh", e);
      }
    }
  }
}
