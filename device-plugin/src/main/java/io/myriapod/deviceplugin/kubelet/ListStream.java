package io.myriapod.deviceplugin.kubelet;

import io.grpc.stub.ServerCallStreamObserver;
import io.myriapod.kubelet.deviceplugin.ListAndWatchResponse;
import java.util.Optional;

/**
 * One consumer's ListAndWatch stream. A consumer that does not read gets, once it does, the newest
 * list; those between are dropped, so that no more than one waits here. Safe for use by many
 * threads.
 */
final class ListStream {
  private final ServerCallStreamObserver<ListAndWatchResponse> consumer;
  private Optional<ListAndWatchResponse> sent = Optional.empty();
  private Optional<ListAndWatchResponse> waiting = Optional.empty();
  private boolean finished;

  ListStream(ServerCallStreamObserver<ListAndWatchResponse> consumer) {
    this.consumer = consumer;
  }

  /** Sends the list as soon as the consumer can take one, unless it has got this one already. */
  synchronized void offer(ListAndWatchResponse list) {
    waiting = Optional.of(list);
    flush();
  }

  /** Sends what waits; called whenever the consumer can take something. */
  synchronized void flush() {
    if (finished || waiting.isEmpty() || !consumer.isReady()) {
      return;
    }
    if (!waiting.equals(sent)) {
      consumer.onNext(waiting.get());
      sent = waiting;
    }
    waiting = Optional.empty();
  }

  /** Ends the stream, once the last list was read if there is one. */
  synchronized void finish(Optional<ListAndWatchResponse> last) {
    if (!finished) {
      finished = true;
      last.ifPresent(consumer::onNext);
      consumer.onCompleted();
    }
  }
}
