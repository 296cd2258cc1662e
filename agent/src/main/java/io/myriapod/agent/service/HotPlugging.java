package io.myriapod.agent.service;

import io.myriapod.agent.flight.Flight.Asked;
import io.myriapod.agent.hotplug.Follower;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.cni.call.Verb;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.linux.namespace.VisitingThread;
import io.myriapod.multus.attach.AttachmentFacts;
import io.myriapod.multus.attach.HotPlug;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.types.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Running pods follow their annotation, each in the turn of its container. */
final class HotPlugging {
  private static final Logger LOG = LoggerFactory.getLogger(HotPlugging.class);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final MultusPorts ports;
  private final HotPlug hotPlug;
  private final ContainerLanes lanes;
  private final StartGate gate;
  private final Flights flights;
  private final Runnable afterwards;
  private final Follower follower = new Follower(this::attempt, this::complain);

  /**
   * @param afterwards run after each change
   */
  HotPlugging(
      MultusPorts ports,
      ContainerLanes lanes,
      StartGate gate,
      Flights flights,
      Runnable afterwards) {
    this.ports = ports;
    this.hotPlug = new HotPlug(ports);
    this.lanes = lanes;
    this.gate = gate;
    this.flights = flights;
    this.afterwards = afterwards;
  }

  /** What changed while no agent ran is followed first. */
  void start() {
    ports.cluster().watchPods(this::changed);
    ports.journal().all().stream()
        .filter(HotPlug::isFirst)
        .forEach(record -> follower.follow(record.key().container()));
  }

  /** A change that came while a pod was being attached found no records of it. */
  void ended(RequestFrame request) {
    if (!request.command().equals(Verb.ADD.name())) {
      return;
    }
    try {
      follower.follow(new ContainerId(request.environment().getOrDefault("CNI_CONTAINERID", "")));
    } catch (IllegalArgumentException e) {
      LOG.debug("an ADD of no container: {}", e.getMessage()); // it has failed, and said so
    }
  }

  private void changed(PodRef pod) {
    ports.journal().all().stream()
        .filter(HotPlug::isFirst)
        .filter(record -> isOf(record, pod))
        .forEach(record -> follower.follow(record.key().container()));
  }

  /** The uid of a static pod is another one at the runtime. */
  private static boolean isOf(AttachmentRecord record, PodRef pod) {
    return AttachmentFacts.pod(record)
        .filter(ref -> ref.toString().equals(pod.toString()))
        .isPresent();
  }

  private List<AttachmentRecord> firsts(ContainerId container) {
    return ports.journal().ofContainer(container).stream().filter(HotPlug::isFirst).toList();
  }

  /** In a thread of its own, which may visit the pod's namespace. */
  private void attempt(ContainerId container) {
    AtomicReference<CniException> failure = new AtomicReference<>();
    Thread thread =
        new VisitingThread(
            () -> {
              try {
                firsts(container).forEach(this::followOne);
              } catch (CniException e) {
                failure.set(e);
              } catch (RuntimeException | Error e) {
                LOG.error("follow the annotation of container {}", container, e);
                failure.set(internal(container, e));
              }
            },
            "hotplug-" + container);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private static CniException internal(ContainerId container, Throwable e) {
    return new CniException(
        ErrorCode.INTERNAL,
        "follow the annotation of container %s: %s".formatted(container, e),
        "this is a fault of Myriapod; the agent's log has the trace");
  }

  private void followOne(AttachmentRecord first) {
    Deadline deadline = Deadline.in(LONGEST);
    gate.await(deadline);
    flights.begin(asked(first));
    boolean changed = true; // a failure is worth a record
    Optional<CniException> failure = Optional.empty();
    try {
      changed =
          CurrentRequest.with(
              RequestId.random().toString(),
              () ->
                  lanes.runYielding(
                      first.key().container(),
                      deadline,
                      () ->
                          hotPlug.follow(
                              first.key().container(), first.key().interfaceName(), deadline)));
    } catch (CniException e) {
      failure = Optional.of(e);
      throw e;
    } catch (RuntimeException | Error e) {
      failure = Optional.of(internal(first.key().container(), e));
      throw e;
    } finally {
      ended(changed, failure);
    }
  }

  private void ended(boolean changed, Optional<CniException> failure) {
    if (changed) {
      flights.end(failure);
      afterwards.run();
    } else {
      flights.drop();
    }
  }

  private static Asked asked(AttachmentRecord first) {
    return new Asked(
        Flights.HOT_PLUG,
        "myriapod",
        first.key().container().value(),
        first.key().interfaceName().value(),
        first.text("metaNetwork").orElse(""),
        AttachmentFacts.pod(first).map(PodRef::toString).orElse(""));
  }

  private void complain(ContainerId container, String reason) {
    firsts(container).stream()
        .flatMap(first -> AttachmentFacts.pod(first).stream())
        .findFirst()
        .ifPresent(pod -> hotPlug.tell(pod, reason));
  }

  /** Begins nothing any more. */
  void stop() {
    follower.stop();
  }

  /** Whether all that had begun has ended by then. */
  boolean awaitIdle(Deadline deadline) {
    return follower.awaitIdle(deadline);
  }
}
