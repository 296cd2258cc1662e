package io.myriapod.agent.socket;

import io.myriapod.types.Quoted;
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
  private static final int LONGEST_WORD = 253; // a container id

  public RequestFrame {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }

  /** {@code CNI_COMMAND}, or the empty string. */
  public String command() {
    return environment.getOrDefault("CNI_COMMAND", "");
  }

  /** Who asks for what, as a log has it: the caller's words, checked or not, on one line. */
  public String subject() {
    return "%s by %s container %s interface %s"
        .formatted(
            shown(command()),
            shown(calledAs),
            shown(environment.getOrDefault("CNI_CONTAINERID", "-")),
            shown(environment.getOrDefault("CNI_IFNAME", "-")));
  }

  private static String shown(String text) {
    return Quoted.oneLine(text, LONGEST_WORD);
  }

  @Override
  public String toString() {
    return "request %s: %s to \"%s\"".formatted(id, shown(command()), shown(calledAs));
  }
}
