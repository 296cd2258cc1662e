package io.myriapod.agent.socket;

/**
 * What the shim is to print and to exit with.
 *
 * @param exitCode 0 to 255
 * @param stdout a CNI result or error object, or nothing; not copied
 */
public record ReplyFrame(RequestId id, int exitCode, byte[] stdout) {
  public ReplyFrame {
    if (exitCode < 0 || exitCode > 255) {
      throw new IllegalArgumentException("exit code %d: not in 0 to 255".formatted(exitCode));
    }
  }
}
