package io.myriapod.kubernetes.apiserver;

import io.fabric8.kubernetes.client.http.AsyncBody.Consumer;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;

/** Sees every request and answer of the client, also those of its watches. */
final class RequestWatcher implements Interceptor {
  private final ApiHealth health;
  private final OpenWatches watches = new OpenWatches();

  RequestWatcher(ApiHealth health) {
    this.health = health;
  }

  /** Those of the client. */
  OpenWatches watches() {
    return watches;
  }

  @Override
  public void after(
      HttpRequest request, HttpResponse<?> response, Consumer<List<ByteBuffer>> consumer) {
    AccessRule access = RequestedAccess.of(request.method(), request.uri());
    watches.note(access, response.isSuccessful());
    health.answered(access, response.code());
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    AccessRule access = RequestedAccess.of(request.method(), request.uri());
    watches.note(access, false);
    health.unanswered(access, Connection.finding(failure));
  }

  @Override
  public Consumer<List<ByteBuffer>> consumer(
      Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    boolean watch = RequestedAccess.of("GET", request.uri()).verb().equals("watch");
    return watch ? new WholeLines(consumer) : consumer;
  }
}
