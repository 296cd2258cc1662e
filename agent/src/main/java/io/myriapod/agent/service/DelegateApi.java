package io.myriapod.agent.service;

import io.myriapod.agent.delegate.DelegateRequest;
import io.myriapod.agent.delegate.DelegateSocket;
import io.myriapod.agent.flight.Flight.Asked;
import io.myriapod.agent.service.ContainerLanes.Lane;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.cni.call.Verb;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.JournalException;
import io.myriapod.multus.attach.DelegatedNetworks;
import io.myriapod.multus.attach.DelegatedNetworks.Call;
import io.myriapod.multus.port.MultusPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket of hot-plug controllers, if the configuration asks for it. Each request has the turn
 * of its container; a DEL of the pod interrupts an ADD. Pods are attached without it: a socket that
 * cannot be made is tried again and again.
 */
final class DelegateApi {
  private static final Logger LOG = LoggerFactory.getLogger(DelegateApi.class);
  private static final byte[] NOTHING = {};

  private final Path path;
  private final DelegatedNetworks networks;
  private final ContainerLanes lanes;
  private final Flights flights;
  private final Runnable afterwards;
  private Optional<DelegateSocket> socket = Optional.empty();
  private boolean stopped;

  /**
   * @param afterwards run after each request
   */
  DelegateApi(
      Path path, MultusPorts ports, ContainerLanes lanes, Flights flights, Runnable afterwards) {
    this.path = path;
    this.networks = new DelegatedNetworks(ports);
    this.lanes = lanes;
    this.flights = flights;
    this.afterwards = afterwards;
  }

  /** Opens it if it should be open and is not. Not before what was left is undone. */
  synchronized void open() {
    if (socket.isPresent() || stopped) {
      return;
    }
    try {
      socket = Optional.of(DelegateSocket.listen(path, this::answer));
      LOG.info("hot-plug controllers are served at {}", path);
    } catch (IOException e) {
      LOG.error("serve hot-plug controllers: {}; it is tried again", e.getMessage());
    }
  }

  private byte[] answer(DelegateRequest request) {
    flights.begin(asked(request));
    Optional<CniException> failure = Optional.empty();
    try {
      return CurrentRequest.with(RequestId.random().toString(), () -> guarded(request));
    } catch (CniException e) {
      failure = Optional.of(e);
      throw e;
    } finally {
      flights.end(failure);
      afterwards.run();
    }
  }

  private static Asked asked(DelegateRequest request) {
    Call call = request.call();
    return new Asked(
        request.verb().name(),
        "delegate",
        call.container().value(),
        call.name().value(),
        call.network().name(),
        call.pod().toString());
  }

  private byte[] guarded(DelegateRequest request) {
    try {
      return run(request.verb(), request.call());
    } catch (JournalException e) {
      throw new CniException(
          ErrorCode.IO,
          "%s: %s".formatted(request.verb(), e.getMessage()),
          "check space and permissions of the journal's directory");
    } catch (CniException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("delegate {}", request.verb(), e);
      throw new CniException(
          ErrorCode.INTERNAL,
          "%s: %s".formatted(request.verb(), e),
          "this is a fault of Myriapod; the agent's log has the trace");
    }
  }

  private byte[] run(Verb verb, Call call) {
    return switch (verb) {
      case ADD ->
          lanes.runYielding(call.container(), call.deadline(), () -> told(networks.add(call)));
      case DEL -> inTurn(call, () -> networks.delete(call));
      default -> inTurn(call, () -> networks.check(call));
    };
  }

  private byte[] inTurn(Call call, Runnable work) {
    Supplier<byte[]> silent =
        () -> {
          work.run();
          return NOTHING;
        };
    return lanes.run(call.container(), Lane.ADDING, call.deadline(), silent);
  }

  /** As multus-cni's server tells it: the result is always one of version 1.0.0. */
  private static byte[] told(CniResult result) {
    return Json.bytes(Json.object().set("Result", ResultCodec.encode(result, CniVersion.V1_0_0)));
  }

  /** Lets nobody in any more. */
  synchronized void stop() {
    stopped = true;
    socket.ifPresent(DelegateSocket::stopAccepting);
  }

  /** Whether all that had been let in are served by then. */
  synchronized boolean awaitIdle(Deadline deadline) {
    return socket.map(one -> one.awaitIdle(deadline)).orElse(true);
  }
}
