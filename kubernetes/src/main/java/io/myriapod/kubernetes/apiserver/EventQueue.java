package io.myriapod.kubernetes.apiserver;

import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.apiserver.ApiServerState.Queued;
import io.myriapod.kubernetes.apiserver.EventGroup.Noted;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the API server of events, one after the other, in the background. Best effort: the oldest
 * is dropped for want of room, and what cannot be told within two minutes.
 *
 * <p>What comes in quick succession about one pod and with one reason becomes one event; an equal
 * one within ten minutes is only counted. docs/decisions/0011-one-event-per-add.md
 */
final class EventQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);
  private static final int MOST_WAITING = 1_000;
  private static final int MOST_REMEMBERED = 4_096;
  private static final Duration LONGEST = Duration.ofMinutes(2);
  static final Duration EQUAL_WITHIN = Duration.ofMinutes(10);

  /** Sends one; throws IOException whose message is the finding. */
  interface Sender {
    ApiReply send(EventObject event, String body) throws IOException;
  }

  private final Sender sender;
  private final String node;
  private final Backoff backoff;
  private final Duration gather;
  private final LongSupplier nanos;
  private final ScheduledThreadPoolExecutor thread = Threads.timed("api-events", 1);
  private final Deque<Noted> waiting = new ArrayDeque<>();
  private final Map<Event, Told> told = new Remembered();
  private Optional<Attempts> current = Optional.empty();
  private boolean planned;
  private long dropped;
  private long repeated;
  private long serial;

  /**
   * Sends nothing yet.
   *
   * @param gather how long an event waits for others that go with it
   * @param nanos the time, as {@link System#nanoTime}
   */
  EventQueue(Sender sender, String node, Backoff backoff, Duration gather, LongSupplier nanos) {
    this.sender = sender;
    this.node = node;
    this.backoff = backoff;
    this.gather = gather;
    this.nanos = nanos;
  }

  private static final class Told {
    final long since;
    int again;

    Told(long since) {
      this.since = since;
    }
  }

  private static final class Remembered extends LinkedHashMap<Event, Told> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Event, Told> eldest) {
      return size() > MOST_REMEMBERED;
    }
  }

  private static final class Attempts {
    final EventGroup group;
    final EventObject object;
    final String body; // the same each time: what arrived unnoticed is then refused, not doubled
    final long since;
    int made;

    Attempts(EventGroup group, EventObject object, String body, long since) {
      this.group = group;
      this.object = object;
      this.body = body;
      this.since = since;
    }
  }

  /** Never waits. */
  synchronized void put(Event event) {
    Told before = told.get(event);
    if (before != null && nanos.getAsLong() - before.since < EQUAL_WITHIN.toNanos()) {
      before.again++;
      repeated++;
      return;
    }
    told.remove(event); // the map keeps the order of insertion
    told.put(event, new Told(nanos.getAsLong()));
    if (waiting.size() == MOST_WAITING) {
      waiting.removeFirst();
      dropped++;
    }
    waiting.addLast(new Noted(event, before == null ? 1 : before.again + 1));
    if (!planned) {
      plan(gather);
    }
  }

  synchronized Queued state() {
    return new Queued(
        waiting.size() + current.map(attempts -> attempts.group.members()).orElse(0),
        dropped,
        repeated);
  }

  private void plan(Duration pause) {
    planned = !thread.isShutdown();
    if (planned) {
      thread.schedule(this::run, pause.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void run() {
    Attempts attempts;
    synchronized (this) {
      attempts = current.orElseGet(this::next);
      current = Optional.of(attempts);
      attempts.made++;
    }
    Optional<Duration> pause = tryOnce(attempts);
    synchronized (this) {
      if (pause.isEmpty()) {
        current = Optional.empty();
      }
      if (pause.isPresent() || !waiting.isEmpty()) {
        plan(pause.orElse(Duration.ZERO));
      } else {
        planned = false;
      }
    }
  }

  private Attempts next() {
    EventGroup group = EventGroup.takeFrom(waiting);
    EventObject object = new EventObject(group.event(), node);
    Instant now = Instant.now();
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    serial++;
    String body =
        object.json("%x%03x".formatted(micros, serial & 0xfff), group.seen(), now).toString();
    return new Attempts(group, object, body, nanos.getAsLong());
  }

  /** The pause before the next attempt, if there shall be one. */
  private Optional<Duration> tryOnce(Attempts attempts) {
    Optional<Duration> asked = Optional.empty();
    String finding;
    boolean later = true;
    try {
      ApiReply reply = sender.send(attempts.object, attempts.body);
      if (reply.isGood() || reply.code() == 409) {
        return Optional.empty();
      }
      finding = reply.finding();
      later = reply.isWorthAnotherTry();
      asked = reply.retryAfter();
    } catch (IOException e) {
      finding = String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("send an event", e);
      finding = e.toString();
      later = false;
    }
    if (later && nanos.getAsLong() - attempts.since < LONGEST.toNanos()) {
      return Optional.of(backoff.after(attempts.made, asked));
    }
    drop(attempts.group, finding);
    return Optional.empty();
  }

  private synchronized void drop(EventGroup group, String finding) {
    dropped += group.members();
    LOG.debug("event {} is dropped: {}", group.event().reason(), finding);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
