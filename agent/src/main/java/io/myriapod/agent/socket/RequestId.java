package io.myriapod.agent.socket;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/** Names one CNI call: 128 random bits, the same in every re-send of the call. */
public record RequestId(long high, long low) {
  /** In a reply to a request whose own id could not be read. */
  static final RequestId UNREAD = new RequestId(0, 0);

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");
  private static final SecureRandom RANDOM = new SecureRandom();

  /** An id for a request of the agent's own. */
  public static RequestId random() {
    return new RequestId(RANDOM.nextLong(), RANDOM.nextLong());
  }

  /**
   * The inverse of {@link #toString()}.
   *
   * @throws IllegalArgumentException unless given 32 lower-case hex digits
   */
  public static RequestId parse(String hex) {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "read request id \"%s\": not 32 lower-case hex digits".formatted(hex));
    }
    return new RequestId(
        Long.parseUnsignedLong(hex.substring(0, 16), 16),
        Long.parseUnsignedLong(hex.substring(16), 16));
  }

  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
