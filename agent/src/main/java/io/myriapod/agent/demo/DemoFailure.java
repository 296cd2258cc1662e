package io.myriapod.agent.demo;

/** Something that the demonstration claims is not so. */
final class DemoFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoFailure(String message) {
    super(message);
  }
}
