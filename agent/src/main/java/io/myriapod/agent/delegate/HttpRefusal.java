package io.myriapod.agent.delegate;

/** What came is no request that is answered; the status says which way. */
final class HttpRefusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  HttpRefusal(int status, String finding) {
    super(finding);
    this.status = status;
  }

  HttpAnswer answer() {
    return HttpAnswer.error(status, getMessage());
  }
}
