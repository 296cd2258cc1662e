package io.myriapod.agent.launch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

/** Collects what a process prints, up to a limit; the rest is read too, so that it can go on. */
final class BoundedOutput {
  private final InputStream stream;
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private boolean overflowed;

  BoundedOutput(InputStream stream, int limit) {
    this.stream = stream;
    this.limit = limit;
  }

  /** Reads to the end of the stream. */
  void collect() {
    byte[] piece = new byte[8 << 10];
    try {
      for (int count; (count = stream.read(piece)) >= 0; ) keep(piece, count);
    } catch (IOException e) {
      // closed when its process was ended: what came until then counts
    } finally {
      end.complete(null);
    }
  }

  /** Completes when nobody can print any more, grandchildren included. */
  CompletableFuture<Void> end() {
    return end;
  }

  synchronized boolean overflowed() {
    return overflowed;
  }

  synchronized byte[] bytes() {
    return kept.toByteArray();
  }

  private synchronized void keep(byte[] piece, int count) {
    int room = limit - kept.size();
    kept.write(piece, 0, Math.min(count, room));
    if (count > room) overflowed = true;
  }
}
