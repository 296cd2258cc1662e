package io.myriapod.agent.spool;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What one pass over the spool came to; each list in the order of the recording.
 *
 * @param delivered done and removed
 * @param kept not done, with the reason; the next pass tries them again
 * @param setAside no readable DEL, with the reason; moved to the folder {@code bad}
 */
public record SpoolReport(
    List<Path> delivered, Map<Path, String> kept, Map<Path, String> setAside) {
  public SpoolReport {
    delivered = List.copyOf(delivered);
    kept = Map.copyOf(kept);
    setAside = Map.copyOf(setAside);
  }
}
