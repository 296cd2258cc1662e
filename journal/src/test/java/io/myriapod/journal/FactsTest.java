package io.myriapod.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FactsTest {
  private ObjectNode json;
  private Facts facts;

  @BeforeEach
  void make() throws JsonProcessingException {
    json =
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    "{\"z\": 1, \"pod\": {\"name\": \"é\\ud83d\"}, \"a\": [null], \"n\": null}");
    facts = Facts.of(json);
  }

  @Test
  void json_ofEveryKind_isAsBeforeAndInOrder() {
    assertEquals(json, facts.json());
    assertEquals(List.of("z", "pod", "a", "n"), List.copyOf(names(facts)));
  }

  @Test
  void with_leavesTheFormerAlone() {
    Facts more = facts.with("more", IntNode.valueOf(2)).with("pod", IntNode.valueOf(3));

    assertEquals(json, facts.json());
    assertEquals(List.of("z", "pod", "a", "n", "more"), List.copyOf(names(more)));
    assertEquals(Optional.of(IntNode.valueOf(3)), more.value("pod"));
  }

  @Test
  void value_changedByTheCaller_isNotTheRecords() {
    ((ObjectNode) facts.value("pod").orElseThrow()).put("name", "other");
    json.withObject("/pod").put("name", "another");

    assertEquals("é\ud83d", facts.value("pod").orElseThrow().path("name").asText());
    assertEquals(Optional.empty(), facts.value("nothing"));
  }

  private static List<String> names(Facts facts) {
    return facts.json().properties().stream().map(field -> field.getKey()).toList();
  }
}
