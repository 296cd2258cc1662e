package io.myriapod.deviceplugin.kubelet;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.pool.OfferedDevice;
import io.myriapod.kubelet.deviceplugin.ListAndWatchResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ListAndWatch streams of one resource: each gets the list at once, and then each one that
 * differs from the one before. Safe for use by many threads.
 */
final class ListStreams {
  private static final Logger LOG = LoggerFactory.getLogger(ListStreams.class);

  /** The kubelet needs one; for a while after it was restarted, two. */
  static final int MOST_STREAMS = 32;

  private final ResourceName resource;
  private final Supplier<List<OfferedDevice>> devices;
  private final Runnable changed;
  private final Set<ListStream> open = ConcurrentHashMap.newKeySet();
  private Optional<ListAndWatchResponse> list = Optional.empty();
  private boolean unreadable;
  private boolean crowded;
  private boolean closed;
  private volatile long opened;

  /**
   * @param changed run, without any lock of this class, when a stream began or ended
   */
  ListStreams(ResourceName resource, Supplier<List<OfferedDevice>> devices, Runnable changed) {
    this.resource = resource;
    this.devices = devices;
    this.changed = changed;
  }

  /** How many are open now. */
  int open() {
    return open.size();
  }

  /** How many were ever opened. */
  long opened() {
    return opened;
  }

  /** Begins a stream; if there are too many, it ends with RESOURCE_EXHAUSTED. */
  void open(ServerCallStreamObserver<ListAndWatchResponse> consumer) {
    ListStream stream = new ListStream(consumer);
    consumer.setOnReadyHandler(stream::flush);
    consumer.setOnCancelHandler(() -> ended(stream));
    consumer.setOnCloseHandler(() -> ended(stream));
    if (begin(stream, consumer)) {
      changed.run();
    }
  }

  private synchronized boolean begin(
      ListStream stream, ServerCallStreamObserver<ListAndWatchResponse> consumer) {
    if (closed) {
      stream.finish(Optional.empty());
      return false;
    }
    if (open.size() >= MOST_STREAMS) {
      refuse(consumer);
      return false;
    }
    crowded = false;
    refresh();
    stream.offer(
        list.orElseThrow(() -> new IllegalStateException("the pool cannot tell its devices")));
    open.add(stream);
    opened++;
    return true;
  }

  private void refuse(ServerCallStreamObserver<ListAndWatchResponse> consumer) {
    String finding =
        "list the devices of %s: %d streams are open already".formatted(resource, open.size());
    consumer.onError(Status.RESOURCE_EXHAUSTED.withDescription(finding).asRuntimeException());
    if (!crowded) {
      crowded = true;
      LOG.warn("{}; no more are taken", finding);
    }
  }

  private void ended(ListStream stream) {
    boolean was;
    synchronized (this) {
      was = open.remove(stream);
    }
    if (was) {
      changed.run();
    }
  }

  /**
   * Sends the list as it is now to those who have another. A pool that cannot tell keeps the list
   * that it had: what is not known of devices takes none away.
   */
  synchronized void refresh() {
    if (closed) {
      return;
    }
    Optional<ListAndWatchResponse> now = read();
    if (now.isPresent() && !now.equals(list)) {
      list = now;
      LOG.debug("{} has {} devices", resource, now.get().getDevicesCount());
      open.forEach(stream -> stream.offer(now.get()));
    }
  }

  private Optional<ListAndWatchResponse> read() {
    try {
      ListAndWatchResponse now = DeviceList.of(devices.get());
      unreadable = false;
      return Optional.of(now);
    } catch (RuntimeException e) {
      if (!unreadable) {
        LOG.error("list the devices of {}: the list stays as it was", resource, e);
      }
      unreadable = true;
      return Optional.empty();
    }
  }

  /** Ends every stream; new ones may come. */
  synchronized void end() {
    open.forEach(stream -> stream.finish(Optional.empty()));
  }

  /**
   * Ends every stream, and each that comes.
   *
   * @param empty with an empty list first: the kubelet then counts no device
   */
  synchronized void close(boolean empty) {
    closed = true;
    Optional<ListAndWatchResponse> last = empty ? Optional.of(DeviceList.EMPTY) : Optional.empty();
    open.forEach(stream -> stream.finish(last));
  }
}
