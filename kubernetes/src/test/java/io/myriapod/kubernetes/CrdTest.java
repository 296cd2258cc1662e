package io.myriapod.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an API server with {@code deploy/base/crd.yaml} makes of networks. */
class CrdTest {
  private static final Path FILE = Path.of("../deploy/base/crd.yaml");
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void examples_each_fitTheSchema() throws IOException {
    List<JsonNode> definitions = definitions();

    assertTrue(definitions.size() > 20, "examples: " + definitions.size());
    for (JsonNode one : definitions) {
      assertEquals(List.of(), findings(one), one.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{spec: {config: {type: macvlan}}}",
        "{spec: {config: 1}}",
        "{spec: [config]}",
        "{spec: {configuration: '{}'}}",
        "{status: {}}"
      })
  void definition_ofAnotherForm_doesNotFit(String definition) throws IOException {
    assertEquals(1, findings(YAML.readTree(definition)).size());
  }

  private static List<String> findings(JsonNode definition) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(Dialects.getOpenApi30()).getSchema(closedSchema());
    return schema.validate(definition).stream().map(Error::toString).toList();
  }

  /** What a schema lacks an API server drops without a word: here it is an error. */
  private static JsonNode closedSchema() throws IOException {
    JsonNode schema =
        YAML.readTree(FILE.toFile()).at("/spec/versions/0/schema/openAPIV3Schema").deepCopy();
    assertTrue(schema.has("properties"), schema.toString());
    close(schema);
    return schema;
  }

  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object && object.has("properties")) {
      object.put("additionalProperties", false);
      object.path("properties").forEach(CrdTest::close);
    }
  }

  private static List<JsonNode> definitions() throws IOException {
    List<JsonNode> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("../examples"), 2)) {
      for (Path file :
          (Iterable<Path>) files.filter(one -> one.endsWith("cluster.yaml"))::iterator) {
        try (MappingIterator<JsonNode> documents =
            YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
          documents.forEachRemaining(
              one -> {
                if (one.path("kind").asText().equals("NetworkAttachmentDefinition")) {
                  found.add(one);
                }
              });
        }
      }
    }
    return found;
  }
}
