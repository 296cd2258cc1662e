package io.myriapod.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.myriapod.fixtures.node.MetricsPage;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code deploy/monitoring/alerts.yaml} against docs/operations.md. */
class AlertsTest {
  private static final Pattern SERIES = Pattern.compile("\\b(?:myriapod|process|kube)_[a-z_]+");
  private static final Pattern PART_OF_HISTOGRAM = Pattern.compile("_(bucket|sum|count)$");
  private static final String PAGE = "docs/operations.md";

  /** Of kube-state-metrics: an agent that is away says nothing. */
  private static final String OF_OTHERS = "kube_daemonset_status_number_unavailable";

  @Test
  void expressions_nameDocumentedSeriesOnly() throws IOException {
    Set<String> known = new TreeSet<>(MetricsPage.documented());
    known.add(OF_OTHERS);

    for (JsonNode alert : alerts()) {
      Matcher series = SERIES.matcher(alert.path("expr").asText());
      assertTrue(series.find(), alert.toString());
      do {
        String name = PART_OF_HISTOGRAM.matcher(series.group()).replaceFirst("");
        assertTrue(known.contains(name), name);
      } while (series.find());
    }
  }

  @Test
  void alerts_each_haveTheirRowInTheRunbook() throws IOException {
    List<String> wanted = new ArrayList<>();
    for (JsonNode alert : alerts()) {
      String name = alert.path("alert").asText();
      wanted.add(name);
      assertTrue(Set.of("critical", "warning").contains(alert.at("/labels/severity").asText()));
      assertTrue(!alert.at("/annotations/summary").asText().isEmpty(), name);
      assertEquals(
          PAGE + "#" + name.toLowerCase(Locale.ROOT), alert.at("/annotations/runbook").asText());
    }

    String page = Files.readString(Product.top().resolve(PAGE));
    assertEquals(
        wanted,
        Pattern.compile("(?m)^\\| <a id=\"(\\w+)\"></a>`(\\w+)` \\|")
            .matcher(page)
            .results()
            .filter(row -> row.group(2).equalsIgnoreCase(row.group(1)))
            .map((MatchResult row) -> row.group(2))
            .collect(Collectors.toList()));
  }

  private static List<JsonNode> alerts() throws IOException {
    List<JsonNode> alerts = new ArrayList<>();
    new YAMLMapper()
        .readTree(Product.top().resolve("deploy/monitoring/alerts.yaml").toFile())
        .at("/spec/groups")
        .forEach(group -> group.path("rules").forEach(alerts::add));
    assertTrue(alerts.size() > 10, "alerts: " + alerts.size());
    return alerts;
  }
}
