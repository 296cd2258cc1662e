package io.myriapod.kubernetes.apiserver;

import io.myriapod.kubernetes.Event;
import java.util.Iterator;

/** Events of one subject and reason that become one object. */
final class EventGroup {
  /** Validation of events.k8s.io/v1 takes no longer note. */
  static final int LONGEST_MESSAGE = 1_024;

  private static final String BETWEEN = "; ";

  private final Event first;
  private final StringBuilder message;
  private int seen;
  private int members = 1;

  private EventGroup(Noted first) {
    this.first = first.event();
    this.message = new StringBuilder(cut(first.event().message()));
    this.seen = first.seen();
  }

  /**
   * An event and how often it happened.
   *
   * @param seen since it was told last, at least 1
   */
  record Noted(Event event, int seen) {}

  /** Takes the first event out of the list, and all later ones that go with it. */
  static EventGroup takeFrom(Iterable<Noted> waiting) {
    Iterator<Noted> all = waiting.iterator();
    EventGroup group = new EventGroup(all.next());
    all.remove();
    while (all.hasNext()) {
      Noted next = all.next();
      if (group.takes(next.event())) {
        all.remove();
        group.add(next);
      }
    }
    return group;
  }

  private boolean takes(Event event) {
    return event.subject().equals(first.subject())
        && event.severity() == first.severity()
        && event.reason().equals(first.reason())
        && message.length() + BETWEEN.length() + event.message().length() <= LONGEST_MESSAGE;
  }

  private void add(Noted noted) {
    message.append(BETWEEN).append(noted.event().message());
    seen = Math.max(seen, noted.seen());
    members++;
  }

  private static String cut(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }

  /** With subject, severity and reason of all. */
  Event event() {
    return new Event(first.severity(), first.reason(), message.toString(), first.subject());
  }

  int seen() {
    return seen;
  }

  int members() {
    return members;
  }
}
