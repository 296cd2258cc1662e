package io.myriapod.agent.config;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;

/**
 * YAML of which nothing is dropped or read as something else without a word: Jackson takes the last
 * of two equal keys, the first of two documents, and an alias for a string that is its name.
 */
final class StrictYaml {
  private static final YAMLFactory FACTORY =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final YAMLMapper MAPPER = new YAMLMapper(FACTORY);

  private StrictYaml() {}

  /**
   * The document.
   *
   * @throws IOException if it is no YAML, or one that could be misread
   */
  static JsonNode read(byte[] yaml) throws IOException {
    requireNoAlias(yaml);
    try (YAMLParser parser = FACTORY.createParser(yaml)) {
      JsonNode tree = MAPPER.readTree(parser);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "more than one document");
      }
      return tree;
    }
  }

  private static void requireNoAlias(byte[] yaml) throws IOException {
    try (YAMLParser parser = FACTORY.createParser(yaml)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (parser.isCurrentAlias()) {
          throw new JsonParseException(
              parser, "alias \"%s\": write out what it stands for".formatted(parser.getText()));
        }
      }
    }
  }
}
