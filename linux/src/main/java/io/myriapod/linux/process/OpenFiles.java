package io.myriapod.linux.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which processes have a file open, as {@code /proc} tells root. proc(5) */
public final class OpenFiles {
  private final Path proc;

  /**
   * @param proc what stands for {@code /proc}; processes of other PID namespaces are not in it
   */
  public OpenFiles(Path proc) {
    this.proc = proc;
  }

  /** A process, and what it calls itself. */
  public record Holder(int pid, String name) {
    @Override
    public String toString() {
      return "%s (pid %d)".formatted(name, pid);
    }
  }

  /** The processes that have it open, by number. Those that come or go meanwhile may be missed. */
  public List<Holder> holdersOf(Path file) {
    List<Holder> holders = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (has(process, file)) {
          holders.add(
              new Holder(Integer.parseInt(process.getFileName().toString()), name(process)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("list processes: " + e.getMessage(), e);
    }
    holders.sort((one, other) -> Integer.compare(one.pid(), other.pid()));
    return holders;
  }

  private static boolean has(Path process, Path file) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (leadsTo(descriptor, file)) {
          return true;
        }
      }
    } catch (IOException e) {
      return false; // it has ended
    }
    return false;
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return "a process";
    }
  }
}
