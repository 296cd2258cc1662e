package io.myriapod.agent.socket;

/** The client that waits for one request's answer. Safe to use from any thread. */
public interface Exchange {
  /**
   * Answers; the second and later calls, and one after the client has gone, do nothing.
   *
   * @param exitCode 0 to 255
   * @param stdout what the shim prints, byte for byte
   */
  void reply(int exitCode, byte[] stdout);

  /** Whether the client went away before it had an answer: nobody wants the result any more. */
  boolean clientGone();

  /**
   * Runs the action once, when the client goes away before it has an answer (at once if it has
   * gone). It runs on the socket's only thread and must be quick.
   */
  void onClientGone(Runnable action);
}
