package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Bytes of a manifest file to documents: YAML or JSON, one or several. */
final class ManifestSyntax {
  /** The API server takes no object above 3 MiB. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_VALUES = 1 << 18;
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
    try (JsonParser values = JSON.createParser(bytes)) {
      List<JsonNode> documents = new ArrayList<>();
      while (values.nextToken() != null) {
        documents.add(JSON.readTree(values)); // a list at the root is one document, and refused
      }
      return documents;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
  }

  /** YAML 1.1 with anchors, as kubectl reads it; what could grow without bound is refused. */
  private static List<JsonNode> yamlDocuments(String text) {
    LoaderOptions limits = limits();
    List<JsonNode> documents = new ArrayList<>();
    try {
      for (Object document : new Yaml(new ShortScalars(limits)).loadAll(text)) {
        if (document != null) {
          requireSmall(document);
          documents.add(JSON.valueToTree(document));
        }
      }
    } catch (YAMLException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not YAML: " + e.getMessage(), e);
    }
    return documents;
  }

  static LoaderOptions limits() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MAX_BYTES);
    limits.setNestingDepthLimit(MAX_DEPTH);
    limits.setMaxAliasesForCollections(50);
    limits.setAllowDuplicateKeys(false);
    limits.setAllowRecursiveKeys(false);
    limits.setWrappedToRootException(true); // what a tag promises and a value is not
    return limits;
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8 text", e);
    }
  }

  /**
   * An alias costs nothing while it is the same object: 16 lists of 3 aliases each become 43
   * million values in a tree, and one that holds itself never ends.
   */
  private static void requireSmall(Object document) {
    if (left(document, MAX_VALUES, 0) < 0) {
      throw new YAMLException("more than %d values, aliases resolved".formatted(MAX_VALUES));
    }
  }

  private static int left(Object value, int budget, int depth) {
    if (depth > MAX_DEPTH) {
      throw new YAMLException("more than %d levels, aliases resolved".formatted(MAX_DEPTH));
    }
    Collection<?> children =
        value instanceof Map<?, ?> map
            ? map.values()
            : value instanceof Collection<?> list ? list : List.of();
    int left = budget - 1;
    for (Object child : children) {
      if (left < 0) {
        return left;
      }
      left = left(child, left, depth + 1);
    }
    return left;
  }

  /** Numbers of a length that is read at once: the time for a number grows with its square. */
  private static final class ShortScalars extends SafeConstructor {
    private static final int MAX_DIGITS = 1_000;

    ShortScalars(LoaderOptions limits) {
      super(limits);
    }

    @Override
    protected String constructScalar(ScalarNode node) {
      boolean text = node.getTag().equals(Tag.STR) || node.getTag().equals(Tag.BINARY);
      if (!text && node.getValue().length() > MAX_DIGITS) {
        throw new YAMLException("a number of more than %d characters".formatted(MAX_DIGITS));
      }
      return super.constructScalar(node);
    }
  }
}
