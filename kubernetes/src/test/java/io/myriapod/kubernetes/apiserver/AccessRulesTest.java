package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code deploy/base/rbac.yaml} grants. */
class AccessRulesTest {
  private static final Path ROLE = Path.of("../deploy/base/rbac.yaml");

  @Test
  void role_ofTheRepository_grantsExactlyThese() throws IOException {
    Set<AccessRule> granted = new HashSet<>();
    YAMLMapper yaml = new YAMLMapper();
    try (MappingIterator<JsonNode> documents =
        yaml.readerFor(JsonNode.class).readValues(ROLE.toFile())) {
      while (documents.hasNext()) {
        documents.next().path("rules").forEach(rule -> add(rule, granted));
      }
    }

    assertEquals(Set.copyOf(AccessRules.ALL), granted);
  }

  private static void add(JsonNode rule, Set<AccessRule> granted) {
    for (JsonNode group : rule.path("apiGroups")) {
      for (JsonNode resource : rule.path("resources")) {
        for (JsonNode verb : rule.path("verbs")) {
          granted.add(new AccessRule(verb.asText(), group.asText(), resource.asText()));
        }
      }
    }
  }
}
