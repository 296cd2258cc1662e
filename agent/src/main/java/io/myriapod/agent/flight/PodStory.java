package io.myriapod.agent.flight;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a pod, or of a container.
 *
 * @param flights the newest of them, the oldest first
 * @param records what the journal has of it now, in the order of its interfaces
 */
public record PodStory(List<Flight> flights, List<AttachmentRecord> records) {
  private static final int MOST = 20;
  private static final int SHORTEST_CONTAINER = 6;

  public PodStory {
    flights = List.copyOf(flights);
    records = List.copyOf(records);
  }

  /**
   * Whom a person means.
   *
   * @param text {@code namespace/name}, a name in the namespace {@code default}, or at least six
   *     characters with which a container's id begins
   */
  public record Subject(String text) {
    boolean is(String pod, String container) {
      return pod.equals(text.contains("/") ? text : "default/" + text)
          || text.length() >= SHORTEST_CONTAINER && container.startsWith(text);
    }

    @Override
    public String toString() {
      return Quoted.shortened(text);
    }
  }

  /**
   * Reads it from the agent's files.
   *
   * @param interfaceName the only one that matters; absent: all
   * @throws IOException if they cannot be read
   */
  public static PodStory read(AgentPaths paths, Subject subject, Optional<String> interfaceName)
      throws IOException {
    List<Flight> flights =
        new FlightLog(paths.flights())
            .read(flight -> subject.is(flight.asked().pod(), flight.asked().container()), MOST);
    List<AttachmentRecord> records =
        Journal.read(paths.journal()).stream()
            .filter(record -> subject.is(pod(record), record.key().container().value()))
            .filter(
                record ->
                    interfaceName.isEmpty()
                        || interfaceName.get().equals(record.key().interfaceName().value()))
            .toList();
    return new PodStory(flights, records);
  }

  public boolean isEmpty() {
    return flights.isEmpty() && records.isEmpty();
  }

  private static String pod(AttachmentRecord record) {
    return record
        .fact("pod")
        .map(pod -> pod.path("namespace").asText() + "/" + pod.path("name").asText())
        .orElse("");
  }
}
