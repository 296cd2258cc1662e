package io.myriapod.agent.service;

import io.myriapod.agent.devices.DeviceRequest;
import io.myriapod.agent.devices.DeviceService;
import io.myriapod.agent.functions.FunctionRequest;
import io.myriapod.agent.functions.FunctionService;
import io.myriapod.agent.migrate.Migration;
import io.myriapod.agent.migrate.MigrationRequest;
import io.myriapod.agent.socket.Exchange;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestHandler;
import io.myriapod.agent.status.StatusClient;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.ErrorObject;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.JournalException;
import io.myriapod.linux.namespace.VisitingThread;
import io.myriapod.types.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a request frame to its answer: a platform thread per operation, one line in the log, a CNI
 * error object for whatever went wrong.
 */
final class CniService implements RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(CniService.class);
  private static final Set<String> WANTED_BY_CALLER = Set.of("ADD", "CHECK", "STATUS");

  private static final int LONGEST_LINE = 4_096; // an executed plugin's words may be a megabyte
  private final Operations operations;
  private final FunctionService functions;
  private final DeviceService devices;
  private final StatusService status;
  private final Migration migration;
  private final Flights flights;
  private final Consumer<RequestFrame> afterwards;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private final AtomicLong sequence = new AtomicLong();

  /**
   * @param afterwards told of each operation that has ended
   */
  CniService(
      Operations operations,
      FunctionService functions,
      DeviceService devices,
      StatusService status,
      Migration migration,
      Flights flights,
      Consumer<RequestFrame> afterwards) {
    this.operations = operations;
    this.functions = functions;
    this.devices = devices;
    this.status = status;
    this.migration = migration;
    this.flights = flights;
    this.afterwards = afterwards;
  }

  @Override
  public void handle(RequestFrame request, Exchange exchange) {
    Deadline deadline = Deadline.in(request.timeLeft());
    if (WANTED_BY_CALLER.contains(request.command())) {
      exchange.onClientGone(deadline::cancel);
    }
    Thread thread =
        new VisitingThread(
            () -> answer(request, exchange, deadline), "cni-" + sequence.incrementAndGet());
    running.add(thread);
    try {
      thread.start();
    } catch (OutOfMemoryError e) { // no thread to be had; pthread_create(3), EAGAIN
      running.remove(thread);
      throw new IllegalStateException("start a thread: " + e.getMessage(), e);
    }
  }

  private void answer(RequestFrame request, Exchange exchange, Deadline deadline) {
    try {
      flights.begin(request);
      Outcome outcome = run(request, deadline);
      exchange.reply(outcome.exitCode, outcome.stdout);
      ended(outcome);
      afterwards.accept(request);
    } finally {
      running.remove(Thread.currentThread());
    }
  }

  /** What is told of it afterwards harms nobody. */
  private void ended(Outcome outcome) {
    try {
      flights.end(outcome.failure);
    } catch (RuntimeException e) {
      LOG.error("record an operation", e);
    }
  }

  private byte[] answerTo(RequestFrame request, Deadline deadline) {
    return switch (request.calledAs()) {
      case FunctionRequest.CALLED_AS ->
          Json.bytes(functions.run(FunctionRequest.of(request.command(), request.stdin())));
      case StatusClient.CALLED_AS -> Json.bytes(status.answer(request.command()));
      case DeviceRequest.CALLED_AS ->
          Json.bytes(devices.answer(DeviceRequest.of(request.command(), request.stdin())));
      case MigrationRequest.CALLED_AS ->
          Json.bytes(migration.run(MigrationRequest.of(request.stdin())));
      default -> operations.run(request, deadline);
    };
  }

  private record Outcome(int exitCode, byte[] stdout, Optional<CniException> failure) {}

  private Outcome run(RequestFrame request, Deadline deadline) {
    long start = System.nanoTime();
    try {
      byte[] stdout =
          CurrentRequest.with(request.id().toString(), () -> answerTo(request, deadline));
      LOG.info("{} ok in {} ms", request.subject(), millisSince(start));
      return new Outcome(0, stdout, Optional.empty());
    } catch (CniException e) {
      LOG.warn(
          "{} code {} in {} ms: {}",
          request.subject(),
          e.code(),
          millisSince(start),
          Quoted.oneLine(e.getMessage(), LONGEST_LINE));
      return failed(e);
    } catch (JournalException e) {
      LOG.warn("{} in {} ms: {}", request.subject(), millisSince(start), e.getMessage());
      return failed(
          new CniException(
              ErrorCode.IO,
              "%s: %s".formatted(request.command(), e.getMessage()),
              "check space and permissions of the journal's directory"));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("{} in {} ms", request.subject(), millisSince(start), e);
      return failed(
          new CniException(
              ErrorCode.INTERNAL,
              "%s: %s".formatted(request.command(), e),
              "this is a fault of Myriapod; the agent's log has the trace"));
    }
  }

  private static Outcome failed(CniException e) {
    String text = ErrorObject.encode(e, CniVersion.NEWEST.text()).toString();
    return new Outcome(1, text.getBytes(StandardCharsets.UTF_8), Optional.of(e));
  }

  private static String millisSince(long start) {
    return "%.1f".formatted((System.nanoTime() - start) / 1e6);
  }

  /** Waits until nobody is at work, at most until the deadline; whether it came to that. */
  boolean drain(Deadline deadline) {
    while (!running.isEmpty() && !deadline.passed()) {
      for (Thread thread : running) {
        try {
          thread.join(Math.max(1, deadline.remaining().toMillis()));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return running.isEmpty();
        }
      }
    }
    return running.isEmpty();
  }
}
