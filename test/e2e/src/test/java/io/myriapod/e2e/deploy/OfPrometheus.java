package io.myriapod.e2e.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;

/** Objects of the Prometheus operator, {@code monitoring.coreos.com/v1}: the fields used here. */
final class OfPrometheus {
  private OfPrometheus() {}

  record PodMonitor(String apiVersion, String kind, ObjectMeta metadata, PodMonitorSpec spec) {}

  record PodMonitorSpec(LabelSelector selector, List<Endpoint> podMetricsEndpoints) {}

  record Endpoint(String port, String path, String interval, List<Relabeling> relabelings) {}

  record Relabeling(List<String> sourceLabels, String targetLabel) {}

  record PrometheusRule(String apiVersion, String kind, ObjectMeta metadata, RuleSpec spec) {}

  record RuleSpec(List<Group> groups) {}

  record Group(String name, List<Rule> rules) {}

  record Rule(
      String alert,
      String expr,
      @JsonProperty("for") String since,
      Map<String, String> labels,
      Map<String, String> annotations) {}
}
