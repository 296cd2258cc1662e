package io.myriapod.kubernetes.apiserver;

import io.myriapod.kubernetes.ObjectNames;
import java.time.Duration;

/**
 * How the API server is asked.
 *
 * @param nodeName whose pods are watched, and where events come from
 * @param timeout of one request; a watch has none
 * @param statusWait for how long {@link StatusMode#SYNC} waits
 */
public record ApiServerSettings(
    ApiCredentials credentials,
    String nodeName,
    Duration timeout,
    StatusMode status,
    Duration statusWait) {
  /** What holds for {@link #timeout} if nothing else is said. */
  public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(5);

  /** What holds for {@link #statusWait} if nothing else is said. */
  public static final Duration USUAL_STATUS_WAIT = Duration.ofSeconds(2);

  /** Throws {@link IllegalArgumentException} that shows what is no node's name or no time. */
  public ApiServerSettings {
    ObjectNames.requireSubdomain("node name", nodeName);
    requirePositive("timeout", timeout);
    requirePositive("wait for a status", statusWait);
  }

  /** The usual times, and {@link StatusMode#SYNC}. */
  public static ApiServerSettings of(ApiCredentials credentials, String nodeName) {
    return new ApiServerSettings(
        credentials, nodeName, USUAL_TIMEOUT, StatusMode.SYNC, USUAL_STATUS_WAIT);
  }

  /** The same with another time for one request. */
  public ApiServerSettings withTimeout(Duration timeout) {
    return new ApiServerSettings(credentials, nodeName, timeout, status, statusWait);
  }

  /** The same with another way to wait for a status. */
  public ApiServerSettings withStatus(StatusMode status, Duration statusWait) {
    return new ApiServerSettings(credentials, nodeName, timeout, status, statusWait);
  }

  private static void requirePositive(String what, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("%s %s: want more than none".formatted(what, time));
    }
  }
}
