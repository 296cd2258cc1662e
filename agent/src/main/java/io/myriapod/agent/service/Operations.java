package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.flight.FlightRecorder;
import io.myriapod.agent.flight.Stage;
import io.myriapod.agent.launch.InnerCalls;
import io.myriapod.agent.launch.InnerCalls.Inner;
import io.myriapod.agent.sandbox.NamespaceCheck;
import io.myriapod.agent.service.ContainerLanes.Lane;
import io.myriapod.agent.socket.FrameException;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.spool.Spool;
import io.myriapod.cni.call.CniCall;
import io.myriapod.cni.call.Verb;
import io.myriapod.cni.call.VersionReply;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.journal.RecordPhase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The verbs of the CNI specification for any plugin that the shim was called as: each in the lane
 * of its container, a finished request answered again, one whose caller is gone undone.
 */
final class Operations {
  private static final byte[] NOTHING = {};

  /** Undoing what nobody waits for any more is worth that much. */
  private static final Duration AFTER_THE_DEADLINE = Duration.ofSeconds(20);

  private final Journal journal;
  private final ContainerLanes lanes;
  private final Callees callees;
  private final NamespaceCheck namespaces;
  private final StartGate gate;
  private final InnerCalls innerCalls;
  private final RecordedDels recordedDels;
  private final LateDeletes lateDeletes;
  private final FlightRecorder recorder;

  Operations(
      Journal journal,
      ContainerLanes lanes,
      Callees callees,
      NamespaceCheck namespaces,
      StartGate gate,
      InnerCalls innerCalls,
      Spool spool,
      FlightRecorder recorder) {
    this.journal = journal;
    this.lanes = lanes;
    this.callees = callees;
    this.namespaces = namespaces;
    this.gate = gate;
    this.innerCalls = innerCalls;
    this.recorder = recorder;
    this.recordedDels = new RecordedDels(spool, callees);
    this.lateDeletes = new LateDeletes(journal, namespaces);
  }

  /**
   * Runs one request.
   *
   * @return what the shim prints
   * @throws CniException whatever went wrong; nothing of an ADD is left then
   */
  byte[] run(RequestFrame frame, Deadline deadline) {
    if (frame.command().equals(Verb.VERSION.name())) {
      return bytes(VersionReply.to(frame.stdin()));
    }
    CniCall call = CniCall.parse(frame.environment(), frame.stdin());
    recorder.network(call.config().name());
    Optional<Inner> inner = innerCalls.enter(frame.environment(), call.environment().container());
    if (inner.isEmpty()) {
      Plugin plugin = callees.called(frame.calledAs(), call.config());
      return run(frame, call, deadline, plugin, this::inLane);
    }
    try (Inner within = inner.get()) {
      Plugin plugin = callees.within(frame.calledAs(), call.config(), isOuter(within, call));
      return run(frame, call, deadline, plugin, Operations::inTheLaneOfTheOuter);
    }
  }

  /**
   * Does a DEL that was recorded while no agent was there.
   *
   * @param stillRecorded asked in the container's turn: an ADD may have done it meanwhile
   * @throws FrameException if it is none that could ever be done
   */
  void replay(RequestFrame frame, BooleanSupplier stillRecorded, Deadline deadline) {
    RecordedDels.One recorded = recordedDels.read(frame);
    inLane(
        recorded.call(),
        deadline,
        Lane.REMOVING,
        request ->
            stillRecorded.getAsBoolean()
                ? delete(recorded.plugin(), request)
                : JsonNodeFactory.instance.objectNode());
  }

  private byte[] run(
      RequestFrame frame, CniCall call, Deadline deadline, Plugin plugin, Order order) {
    switch (call.environment().verb()) {
      case ADD:
        return bytes(order.run(call, deadline, Lane.ADDING, each -> add(frame, plugin, each)));
      case DEL:
        order.run(call, deadline, Lane.REMOVING, each -> delete(plugin, each));
        return NOTHING;
      case CHECK:
        order.run(call, deadline, Lane.ADDING, each -> check(plugin, each));
        return NOTHING;
      case GC:
        plugin.gc(call.gcRequest(deadline));
        return NOTHING;
      default:
        plugin.status(call.statusRequest(deadline));
        return NOTHING;
    }
  }

  private interface Work {
    ObjectNode on(PluginRequest request);
  }

  private interface Order {
    ObjectNode run(CniCall call, Deadline deadline, Lane lane, Work work);
  }

  private static boolean isOuter(Inner within, CniCall call) {
    return call.environment().interfaceName().equals(Optional.of(within.outer().interfaceName()));
  }

  private static ObjectNode inTheLaneOfTheOuter(
      CniCall call, Deadline deadline, Lane lane, Work work) {
    return work.on(call.pluginRequest(deadline));
  }

  private ObjectNode inLane(CniCall call, Deadline deadline, Lane lane, Work work) {
    PluginRequest request = call.pluginRequest(deadline);
    if (lane == Lane.ADDING) {
      gate.await(deadline);
      request
          .netns()
          .ifPresent(path -> namespaces.requirePod(path, call.environment().netnsOverride()));
    }
    long asked = System.nanoTime();
    return lanes.run(
        request.container(),
        lane,
        deadline,
        () -> {
          recorder.spent(Stage.QUEUE, Duration.ofNanos(System.nanoTime() - asked));
          return work.on(request);
        });
  }

  private ObjectNode add(RequestFrame frame, Plugin plugin, PluginRequest request) {
    Optional<CniResult> before = answeredBefore(frame, request);
    if (before.isPresent()) {
      return encoded(before.get(), request);
    }
    recordedDels.doThoseBefore(request, this::delete);
    journal.writable();
    CniResult result = plugin.add(request);
    try {
      request.deadline().require("answer the ADD of \"%s\"".formatted(request.interfaceName()));
      return encoded(result, request);
    } catch (CniException e) { // late, or the version asked for has no place for such a result
      plugin.delete(request.withDeadline(Deadline.in(AFTER_THE_DEADLINE)));
      throw e;
    }
  }

  /** The same request id again: the shim lost the connection after the work was done. */
  private Optional<CniResult> answeredBefore(RequestFrame frame, PluginRequest request) {
    return journal.ofAttachment(keyOf(request)).stream()
        .filter(record -> record.phase() == RecordPhase.ATTACHED)
        .filter(record -> record.text("requestId").equals(Optional.of(frame.id().toString())))
        .findFirst()
        .flatMap(record -> record.fact("result"))
        .map(result -> ResultCodec.decode(result, CniVersion.NEWEST));
  }

  private ObjectNode delete(Plugin plugin, PluginRequest request) {
    plugin.delete(lateDeletes.spared(request));
    return JsonNodeFactory.instance.objectNode();
  }

  private ObjectNode check(Plugin plugin, PluginRequest request) {
    if (journal.ofAttachment(keyOf(request)).isEmpty()) {
      throw new CniException(
          ErrorCode.UNKNOWN_CONTAINER,
          "check interface \"%s\" of container %s: the journal has no such attachment"
              .formatted(request.interfaceName(), request.container()),
          "`myriapod list` shows what is attached");
    }
    plugin.check(request);
    return JsonNodeFactory.instance.objectNode();
  }

  static AttachmentKey keyOf(PluginRequest request) {
    return new AttachmentKey(request.container(), request.interfaceName());
  }

  private static ObjectNode encoded(CniResult result, PluginRequest request) {
    return ResultCodec.encode(result, request.config().cniVersion());
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
