package io.myriapod.agent.socket;

/** Takes the requests that come over the socket. */
public interface RequestHandler {
  /**
   * Takes one request. Called on the socket's only thread: hand it to another and return at once.
   * What it throws is answered by CNI code 11.
   */
  void handle(RequestFrame request, Exchange exchange);
}
