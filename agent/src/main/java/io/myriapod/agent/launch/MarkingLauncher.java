package io.myriapod.agent.launch;

import io.myriapod.cni.foreign.BinarySearch;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives programs that may call us back the mark of {@link InnerCalls}. Where nothing in {@code
 * CNI_PATH} is a link to our shim, the environment stays as it is.
 */
public record MarkingLauncher(Launcher launcher, InnerCalls calls) implements Launcher {
  @Override
  public Outcome run(
      Path program, Map<String, String> environment, byte[] stdin, Deadline deadline) {
    Optional<AttachmentKey> attachment = attachment(environment);
    if (attachment.isEmpty() || !leadsBack(environment)) {
      return launcher.run(program, environment, stdin, deadline);
    }
    try (InnerCalls.Execution execution = calls.begin(attachment.get())) {
      Map<String, String> marked = new LinkedHashMap<>(environment);
      marked.put(InnerCalls.VARIABLE, execution.mark());
      return launcher.run(program, marked, stdin, deadline);
    }
  }

  private static Optional<AttachmentKey> attachment(Map<String, String> environment) {
    String container = environment.getOrDefault("CNI_CONTAINERID", "");
    String name = environment.getOrDefault("CNI_IFNAME", "");
    return container.isEmpty() || name.isEmpty()
        ? Optional.empty()
        : Optional.of(new AttachmentKey(new ContainerId(container), new InterfaceName(name)));
  }

  private static boolean leadsBack(Map<String, String> environment) {
    return Stream.of(environment.getOrDefault("CNI_PATH", "").split(":"))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> holdsOurLink(Path.of(directory)));
  }

  private static boolean holdsOurLink(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isSymbolicLink).anyMatch(BinarySearch::leadsToOurselves);
    } catch (IOException | UncheckedIOException e) {
      return false; // a directory of CNI_PATH need not exist
    }
  }
}
