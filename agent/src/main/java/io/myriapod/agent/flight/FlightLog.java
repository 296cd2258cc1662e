package io.myriapod.agent.flight;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flights on disk, one JSON object a line: {@code flights.jsonl}, and {@code flights.1.jsonl} with
 * those before. Together they take 8 MiB at the most. Not synced: after a power cut some may lack.
 */
public final class FlightLog {
  private static final Logger LOG = LoggerFactory.getLogger(FlightLog.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long MOST_BYTES = 4L << 20;

  /** As the journal: errors may show what others wrote into their networks. */
  private static final FileAttribute<?> OWNERS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final int LONGEST_LINE = 128 << 10;

  private final Path newest;
  private final Path older;
  private final long mostBytes;

  public FlightLog(Path folder) {
    this(folder, MOST_BYTES);
  }

  FlightLog(Path folder, long mostBytes) {
    this.newest = folder.resolve("flights.jsonl");
    this.older = folder.resolve("flights.1.jsonl");
    this.mostBytes = mostBytes;
  }

  /** Best effort: what cannot be written is missed by nobody but who asks why. */
  public synchronized void append(Flight flight) {
    try {
      Files.createDirectories(newest.getParent(), OWNERS_ALONE);
      byte[] line = (flight.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
      if (line.length > LONGEST_LINE) {
        line = (withoutSteps(flight).toJson() + "\n").getBytes(StandardCharsets.UTF_8);
      }
      if (Files.exists(newest) && Files.size(newest) + line.length > mostBytes) {
        Files.move(newest, older, StandardCopyOption.ATOMIC_MOVE);
      }
      write(line);
    } catch (IOException e) {
      LOG.warn("append a flight to {}: {}", newest, e.toString());
    }
  }

  /** Whole or not at all: a disk that is full takes a part. */
  private void write(byte[] line) throws IOException {
    try (FileChannel file =
        FileChannel.open(newest, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long before = file.size();
      file.position(before);
      ByteBuffer rest = ByteBuffer.wrap(line);
      try {
        while (rest.hasRemaining()) {
          file.write(rest);
        }
      } catch (IOException e) {
        file.truncate(before);
        throw e;
      }
    }
  }

  private static Flight withoutSteps(Flight flight) {
    return new Flight(
        flight.begun(),
        flight.asked(),
        flight.millis(),
        flight.stages(),
        List.of(),
        flight.failure());
  }

  /**
   * Those wanted, the oldest first. A line that is none, as a full disk leaves it, is passed over.
   *
   * @param most of the newest
   * @throws IOException if a file is there and cannot be read
   */
  public List<Flight> read(Predicate<Flight> wanted, int most) throws IOException {
    List<Flight> found = new ArrayList<>();
    for (Path file : List.of(older, newest)) {
      read(file, wanted, found);
    }
    return found.subList(Math.max(0, found.size() - most), found.size());
  }

  private static void read(Path file, Predicate<Flight> wanted, List<Flight> found)
      throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        try {
          Flight flight = Flight.from(JSON.readTree(line));
          if (wanted.test(flight)) {
            found.add(flight);
          }
        } catch (JsonProcessingException | RuntimeException e) {
          LOG.debug("{}: a line that is no flight: {}", file, e.toString());
        }
      }
    } catch (NoSuchFileException e) {
      LOG.debug("no flights in {}", file);
    }
  }
}
