package io.myriapod.agent.socket;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One CNI call as the shim got it.
 *
 * @param timeLeft from the moment it was sent until the shim gives up; whole milliseconds
 * @param calledAs the last element of the shim's {@code argv[0]}: which plugin is meant
 * @param environment {@code CNI_*} and the W3C trace variables, in the caller's order
 * @param stdin the network configuration, unread; not copied
 */
public record RequestFrame(
    RequestId id,
    Duration timeLeft,
    String calledAs,
    Map<String, String> environment,
    byte[] stdin) {

  public RequestFrame {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }

  /** {@code CNI_COMMAND}, or the empty string. */
  public String command() {
    return environment.getOrDefault("CNI_COMMAND", "");
  }

  @Override
  public String toString() {
    return "request %s: %s to \"%s\"".formatted(id, command(), calledAs);
  }
}
