package io.myriapod.linux.namespace;

/** What is at the path is something else: {@code netns path "/x": not a network namespace}. */
public final class NotANetworkNamespaceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotANetworkNamespaceException(String path) {
    super("netns path \"" + path + "\": not a network namespace");
  }
}
