package io.myriapod.cni.plugin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What of the caller's environment an executed plugin gets besides the six variables of the
 * request: the W3C trace context and other {@code CNI_*} variables. Nothing else gets through.
 *
 * @param variables by name; the constructor drops all others
 */
public record CallerEnvironment(Map<String, String> variables) {
  private static final Set<String> TRACE = Set.of("TRACEPARENT", "TRACESTATE", "BAGGAGE");
  private static final Set<String> OF_THE_REQUEST =
      Set.of("CNI_COMMAND", "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_ARGS", "CNI_PATH");
  private static final CallerEnvironment NONE = new CallerEnvironment(Map.of());

  /** Keeps what may pass, in its order. */
  public CallerEnvironment {
    Map<String, String> kept = new LinkedHashMap<>(variables);
    kept.keySet().removeIf(name -> !passes(name));
    variables = Collections.unmodifiableMap(kept);
  }

  private static boolean passes(String name) {
    return TRACE.contains(name) || name.startsWith("CNI_") && !OF_THE_REQUEST.contains(name);
  }

  /** Nothing. */
  public static CallerEnvironment none() {
    return NONE;
  }
}
