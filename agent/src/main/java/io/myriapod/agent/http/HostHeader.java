package io.myriapod.agent.http;

import java.util.regex.Pattern;

/**
 * Whether a request was meant for us. A page of the world that has its name resolved to 127.0.0.1
 * (DNS rebinding) makes a browser send that name: only addresses and {@code localhost} are let in.
 * The port is not compared, since tunnels have another.
 */
final class HostHeader {
  private static final int LONGEST = 64;
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]{2,45}])(:\\d{1,5})?",
          Pattern.CASE_INSENSITIVE);

  private HostHeader() {}

  static boolean isOurs(String host) {
    return host.length() <= LONGEST && ADDRESS.matcher(host).matches();
  }
}
