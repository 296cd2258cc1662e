package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Bytes of a manifest file to documents: YAML or JSON, one or several. */
final class ManifestSyntax {
  /** The API server takes no object above 3 MiB. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int MAX_DEPTH = 64;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ManifestSyntax() {}

  /**
   * The documents of the file; empty ones are left out.
   *
   * @throws IllegalArgumentException that says what is wrong and where
   */
  static List<JsonNode> documents(byte[] bytes, boolean json) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("more than %d bytes".formatted(MAX_BYTES));
    }
    return json ? jsonDocuments(bytes) : yamlDocuments(text(bytes));
  }

  private static List<JsonNode> jsonDocuments(byte[] bytes) {
    try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(bytes)) {
      return values.readAll();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
  }

  /** YAML 1.1 with anchors, as kubectl reads it; what could grow without bound is refused. */
  private static List<JsonNode> yamlDocuments(String text) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MAX_BYTES);
    limits.setNestingDepthLimit(MAX_DEPTH);
    limits.setMaxAliasesForCollections(50);
    limits.setAllowDuplicateKeys(false);
    limits.setAllowRecursiveKeys(false);
    List<JsonNode> documents = new ArrayList<>();
    try {
      for (Object document : new Yaml(new SafeConstructor(limits)).loadAll(text)) {
        if (document != null) {
          documents.add(JSON.valueToTree(document));
        }
      }
    } catch (YAMLException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not YAML: " + e.getMessage(), e);
    }
    return documents;
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8 text", e);
    }
  }
}
