package io.myriapod.bench.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The lease directory of one side, in the format of the reference's host-local. */
public record Leases(Path directory) {
  static final String RANGE = "10.80";
  private static final int FIRST = 2;
  private static final int BYTE = 256;

  /** Puts that many leases of other pods into a network. */
  public void fill(String network, int count) {
    try {
      Path folder = Files.createDirectories(directory.resolve(network));
      for (int number = FIRST; number < FIRST + count; number++) {
        String address = "%s.%d.%d".formatted(RANGE, number / BYTE, number % BYTE);
        Files.writeString(folder.resolve(address), "other-pod-%d\r\neth0".formatted(number));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("fill " + directory, e);
    }
  }

  /** How many addresses are leased in a network. */
  public long held(String network) {
    try (Stream<Path> files = Files.list(directory.resolve(network))) {
      return files.filter(file -> isAddress(file.getFileName().toString())).count();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("list " + directory, e);
    }
  }

  private static boolean isAddress(String name) {
    return !name.equals("lock") && !name.startsWith("last_reserved_ip");
  }
}
