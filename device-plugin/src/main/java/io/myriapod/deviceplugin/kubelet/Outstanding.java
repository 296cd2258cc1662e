package io.myriapod.deviceplugin.kubelet;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.time.Duration;

/** How many of something have begun and not ended; safe for use by many threads. */
final class Outstanding {
  private int count;

  synchronized void begin() {
    count++;
  }

  synchronized void end() {
    count--;
    notifyAll();
  }

  /** Waits until there are none; false if the time is over before, or the thread is interrupted. */
  synchronized boolean awaitNone(Duration longest) {
    long deadline = System.nanoTime() + longest.toNanos();
    try {
      while (count > 0) {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          return false;
        }
        wait(millis);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Counts a server's connections. */
  static final class Connections extends ServerTransportFilter {
    private final Outstanding open = new Outstanding();

    @Override
    public Attributes transportReady(Attributes attributes) {
      open.begin();
      return attributes;
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      if (attributes != null) { // one that never was ready
        open.end();
      }
    }

    boolean awaitNone(Duration longest) {
      return open.awaitNone(longest);
    }
  }
}
