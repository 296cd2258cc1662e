package io.myriapod.agent.spool;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.myriapod.agent.socket.FrameCodec;
import io.myriapod.agent.socket.FrameException;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.types.ContainerId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of recorded DELs. A request is removed only once it has been done; an unreadable file
 * is set aside, so that it blocks nothing and can still be looked at.
 */
public final class Spool {
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final Duration TEMPORARY_IS_DEAD = Duration.ofMinutes(10);
  private static final int MAX_SET_ASIDE = 512; // files, reasons included

  private final Path directory;
  private final Clock clock;

  public Spool(Path directory) {
    this(directory, Clock.systemUTC());
  }

  Spool(Path directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Delivers all recorded requests, oldest first; what a request comes to does not stop the next
   * one. One caller at a time, beside any number of {@link #replayOf}.
   *
   * @throws IOException if the folder cannot be read; one that does not exist is empty
   */
  public SpoolReport replay(Delivery delivery) throws IOException {
    List<Path> delivered = new ArrayList<>();
    Map<Path, String> kept = new LinkedHashMap<>();
    Map<Path, String> setAside = new LinkedHashMap<>();
    for (Path file : recorded()) {
      try {
        Optional<String> reason = deliveredUnless(file, delivery);
        reason.ifPresentOrElse(text -> setAside.put(file, text), () -> delivered.add(file));
      } catch (NoSuchFileException e) {
        LOG.debug("replay {}: an ADD was faster", file.getFileName());
      } catch (IOException | RuntimeException e) {
        kept.put(file, String.valueOf(e.getMessage()));
        LOG.warn("replay {}: {}", file.getFileName(), e.getMessage());
      }
    }
    if (!delivered.isEmpty() || !setAside.isEmpty()) sync(directory);
    return new SpoolReport(delivered, kept, setAside);
  }

  /**
   * How many requests are recorded now.
   *
   * @throws IOException if the folder cannot be read; one that does not exist is empty
   */
  public long waiting() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Spool::isFrame).count();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /**
   * How many were set aside as unreadable and still lie there.
   *
   * @throws IOException if the folder cannot be read; one that does not exist is empty
   */
  public long setAside() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("bad"))) {
      return files.filter(Spool::isFrame).count();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static boolean isFrame(Path file) {
    return file.getFileName().toString().endsWith(".frame");
  }

  /** Delivers and removes it, or sets it aside for the reason returned. */
  private Optional<String> deliveredUnless(Path file, Delivery delivery) throws IOException {
    try {
      delivery.deliver(read(file), () -> Files.exists(file, NOFOLLOW_LINKS));
      Files.deleteIfExists(file);
      return Optional.empty();
    } catch (FrameException e) {
      setAside(file, e.getMessage());
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Delivers what is recorded of one container, oldest first, before that container is added anew.
   * The caller has the container's turn.
   *
   * @param delivery throws if the request is not done yet: it stays, and so do all after it
   * @throws IOException if the folder cannot be read; one that does not exist is empty
   */
  public void replayOf(ContainerId container, Consumer<RequestFrame> delivery) throws IOException {
    for (Path file : recorded()) {
      try {
        RequestFrame request = read(file);
        if (container.value().equals(request.environment().get("CNI_CONTAINERID"))) {
          delivery.accept(request);
          Files.deleteIfExists(file);
          sync(directory);
        }
      } catch (FrameException | NoSuchFileException e) {
        LOG.debug("leave {} to the next replay: {}", file.getFileName(), e.getMessage());
      }
    }
  }

  /** The files in the order of their recording; what shims left half-written is tidied up. */
  private List<Path> recorded() throws IOException {
    List<Path> frames = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (isFrame(file)) frames.add(file);
        if (file.getFileName().toString().startsWith(".tmp-")) removeIfDead(file);
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return frames;
  }

  private static RequestFrame read(Path file) throws IOException {
    if (!Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS).isRegularFile()) {
      throw new FrameException("it is no plain file");
    }
    long size = Files.size(file);
    if (size > FrameCodec.MAX_FRAME) {
      throw new FrameException("%d bytes; allowed are %d".formatted(size, FrameCodec.MAX_FRAME));
    }
    RequestFrame request = FrameCodec.decodeRequest(Files.readAllBytes(file));
    if (!request.command().equals("DEL")) {
      throw new FrameException(
          "it asks for \"%s\"; only DEL is recorded".formatted(request.command()));
    }
    return request;
  }

  /** Moves the file away, with the reason beside it; once there are too many, drops it instead. */
  private void setAside(Path file, String reason) throws IOException {
    LOG.warn("set aside {}: {}", file.getFileName(), reason);
    Path bad = Files.createDirectories(directory.resolve("bad"));
    if (count(bad) >= MAX_SET_ASIDE) {
      Files.delete(file);
      return;
    }
    String name = file.getFileName().toString();
    Files.writeString(bad.resolve(name + ".reason"), reason + "\n");
    Files.move(file, bad.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  private void removeIfDead(Path temporary) throws IOException {
    try {
      Instant written = Files.getLastModifiedTime(temporary, NOFOLLOW_LINKS).toInstant();
      if (written.isBefore(clock.instant().minus(TEMPORARY_IS_DEAD))) Files.delete(temporary);
    } catch (NoSuchFileException e) {
      // its shim has just finished it
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
