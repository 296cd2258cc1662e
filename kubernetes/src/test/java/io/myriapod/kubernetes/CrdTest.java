package io.myriapod.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code deploy/crd.yaml}. */
class CrdTest {
  private static final Path FILE = Path.of("../deploy/crd.yaml");
  private static final YAMLMapper YAML = new YAMLMapper();

  /** The model refuses a field that the API server does not have. */
  @Test
  void definition_isOneThatAnApiServerKnows() throws IOException {
    CustomResourceDefinition definition =
        YAML.readValue(FILE.toFile(), CustomResourceDefinition.class);

    var names = definition.getSpec().getNames();
    assertEquals(
        names.getPlural() + "." + definition.getSpec().getGroup(),
        definition.getMetadata().getName());
    assertEquals("NetworkAttachmentDefinition", names.getKind());
    assertTrue(definition.getAdditionalProperties().isEmpty());
    assertTrue(definition.getSpec().getAdditionalProperties().isEmpty());
  }

  /** What the schema lacks an API server drops without a word. */
  @Test
  void schema_hasEveryFieldOfTheExamples() throws IOException {
    JsonNode schema =
        YAML.readTree(FILE.toFile()).at("/spec/versions/0/schema/openAPIV3Schema/properties");
    List<JsonNode> definitions = definitions();

    assertTrue(definitions.size() > 20, "examples: " + definitions.size());
    for (JsonNode one : definitions) {
      one.fieldNames().forEachRemaining(name -> assertTrue(schema.has(name), name));
      JsonNode spec = one.path("spec");
      spec.fieldNames()
          .forEachRemaining(
              name ->
                  assertEquals(
                      schema.at("/spec/properties/" + name + "/type").asText(),
                      spec.get(name).isTextual() ? "string" : "",
                      name));
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
