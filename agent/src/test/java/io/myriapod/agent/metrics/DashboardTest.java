package io.myriapod.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.fixtures.node.MetricsPage;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code deploy/monitoring/grafana-dashboard.json} against the table of docs/operations.md. */
class DashboardTest {
  private static final Pattern SERIES = Pattern.compile("(myriapod|process)_[a-z_]+");
  private static final Pattern PART_OF_HISTOGRAM = Pattern.compile("_(bucket|sum|count)$");

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper()
        .readTree(Product.top().resolve("deploy/monitoring/grafana-dashboard.json").toFile());
  }

  @Test
  void queries_nameDocumentedSeriesOnly_andAllOfThem() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (JsonNode query : dashboard().findValues("expr")) {
      Matcher series = SERIES.matcher(query.asText());
      while (series.find()) {
        shown.add(PART_OF_HISTOGRAM.matcher(series.group()).replaceFirst(""));
      }
    }

    Set<String> told = MetricsPage.documented();
    told.removeIf(DashboardTest::isForDebugging);
    assertEquals(told, shown);
  }

  /** What an operator looks up when the others say that something is wrong. */
  private static boolean isForDebugging(String series) {
    return Set.of(
            "myriapod_api_cached_objects",
            "myriapod_api_watching",
            "myriapod_device_receive_packets_total",
            "myriapod_device_transmit_packets_total",
            "myriapod_journal_records",
            "process_start_time_seconds")
        .contains(series);
  }

  @Test
  void panels_doNotOverlapAndHaveTitles() throws IOException {
    boolean[][] taken = new boolean[500][24];
    for (JsonNode panel : dashboard().path("panels")) {
      assertTrue(!panel.path("title").asText().isEmpty(), panel.toString());
      JsonNode place = panel.path("gridPos");
      for (int y = 0; y < place.path("h").asInt(); y++) {
        for (int x = 0; x < place.path("w").asInt(); x++) {
          int row = place.path("y").asInt() + y;
          int column = place.path("x").asInt() + x;
          assertTrue(!taken[row][column], "covered twice: " + panel.path("title"));
          taken[row][column] = true;
        }
      }
    }
  }
}
