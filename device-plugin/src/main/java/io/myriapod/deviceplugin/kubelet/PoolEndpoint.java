package io.myriapod.deviceplugin.kubelet;

import io.grpc.BindableService;
import io.grpc.Status;
import io.myriapod.deviceplugin.pool.Pool;
import io.myriapod.kubelet.deviceplugin.RegisterRequest;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import io.myriapod.types.Quoted;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One resource at the kubelet: its socket, what the kubelet said of it, and what is due. It is
 * looked at whenever something may have changed; each look compares what is there with what should
 * be, and does the next step. Safe for use by many threads.
 */
final class PoolEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(PoolEndpoint.class);
  private static final int MOST_CHARACTERS = 500;

  private final KubeletSettings settings;
  private final KubeletSockets sockets;
  private final KubeletListener listener;
  private final PoolServer server;
  private final EndpointSocket socket;
  private final BackOff backOff;
  private Optional<SocketIdentity> kubelet = Optional.empty();
  private Optional<Awaited> awaited = Optional.empty();
  private Optional<String> refusal = Optional.empty();
  private Optional<String> complaint = Optional.empty();
  private long notBefore = System.nanoTime();
  private boolean accepted;
  private boolean calling;
  private boolean callDue;
  private boolean closed;
  private Object served = new Object();
  private volatile Registration registration;

  /**
   * The kubelet should open a stream.
   *
   * @param since when the clock began to run
   * @param opened how many there had been until then
   * @param asked whether it has asked who we are, which set the clock back
   */
  private record Awaited(long since, long opened, boolean asked) {}

  PoolEndpoint(
      Pool pool, KubeletSettings settings, KubeletSockets sockets, KubeletListener listener) {
    this.settings = settings;
    this.sockets = sockets;
    this.listener = listener;
    this.server = new PoolServer(pool, listener, this::streamsChanged);
    this.socket = new EndpointSocket(pool.resource(), settings, sockets, this::services);
    this.backOff =
        new BackOff(
            settings.timing().firstRetry(),
            settings.timing().longestRetry(),
            () -> ThreadLocalRandom.current().nextDouble());
    this.registration = describe();
  }

  private List<BindableService> services(RegistrationMode mode, Path path) {
    if (mode == RegistrationMode.LEGACY) {
      return List.of(server);
    }
    Object socketOfThis = new Object();
    served = socketOfThis;
    return List.of(
        server,
        new WatcherService(
            server.resource(), path, this::asked, refused -> verdict(socketOfThis, refused)));
  }

  PoolServer server() {
    return server;
  }

  Registration registration() {
    return registration;
  }

  /**
   * Does what is due.
   *
   * @param now as {@link System#nanoTime}
   * @param there the kubelet's own socket
   */
  synchronized void look(long now, Optional<SocketIdentity> there) {
    if (closed) {
      return;
    }
    noticeKubelet(now, there);
    if (socket.noticeLoss()) {
      notBefore = now;
    }
    noticeStreams(now);
    if (now - notBefore >= 0) {
      act(now);
    }
    report();
  }

  /**
   * The pool's options have changed, which the kubelet reads only when it connects. One that was
   * called has to let go first: kubelets up to 1.36 take the end of the former stream for that of
   * the new one.
   */
  synchronized void announceAgain() {
    if (closed || !socket.isServed()) {
      return;
    }
    long now = System.nanoTime();
    if (socket.mode() == RegistrationMode.WATCHER) {
      announce(now);
    } else {
      server.streams().end();
      callDue = true;
      notBefore = now + settings.timing().firstRetry().toNanos();
    }
    report();
  }

  private void noticeKubelet(long now, Optional<SocketIdentity> there) {
    if (there.equals(kubelet)) {
      return;
    }
    kubelet = there;
    refusal = Optional.empty();
    complaint = Optional.empty();
    if (there.isPresent()) {
      callDue = true;
      backOff.reset();
      notBefore = now;
      awaitStream(now);
    }
  }

  private void noticeStreams(long now) {
    ListStreams streams = server.streams();
    if (awaited.isPresent()) {
      if (streams.open() > 0 && streams.opened() > awaited.get().opened()) {
        awaited = Optional.empty();
        backOff.reset();
      }
    } else if (streams.open() == 0) {
      awaitStream(now);
    }
  }

  private void awaitStream(long now) {
    awaited = Optional.of(new Awaited(now, server.streams().opened(), false));
  }

  private void act(long now) {
    if (!socket.isServed()) {
      served(now, socket.serve(now, kubelet.isPresent()));
    } else if (kubelet.isPresent() && !calling && isAnnouncementDue(now)) {
      announce(now);
    }
  }

  private boolean isAnnouncementDue(long now) {
    // A stream that is still open is the former kubelet's, or its kubelet needs no call.
    boolean call =
        callDue && socket.mode() == RegistrationMode.LEGACY && server.streams().open() == 0;
    if (call || refusal.isPresent()) {
      return true;
    }
    return awaited
            .filter(one -> now - one.since() > settings.timing().patience().toNanos())
            .isPresent()
        && SocketIdentity.isServed(settings.folder().kubeletSocket());
  }

  private void announce(long now) {
    notBefore = now + backOff.next();
    boolean move = socket.wantsOtherMode(now, kubelet.isPresent());
    if (move || socket.mode() == RegistrationMode.WATCHER) {
      served(now, socket.renew(now, kubelet.isPresent()));
    } else {
      call(now);
    }
  }

  private void served(long now, EndpointSocket.Outcome outcome) {
    switch (outcome) {
      case SERVED -> {
        // A kubelet that was called keeps its stream though the socket was deleted and made anew.
        boolean known =
            accepted && socket.mode() == RegistrationMode.LEGACY && server.streams().open() > 0;
        accepted &= known;
        callDue |= !known;
        awaited = known ? awaited : Optional.empty();
        noticeStreams(now);
      }
      case NO_FOLDER -> accepted = false;
      case BLOCKED -> {
        accepted = false;
        notBefore = now + backOff.next();
      }
    }
  }

  private void call(long now) {
    RegisterRequest request =
        RegisterRequest.newBuilder()
            .setVersion(WatcherService.VERSION)
            .setEndpoint(socket.path().orElseThrow().getFileName().toString())
            .setResourceName(server.resource().toString())
            .setOptions(server.options())
            .build();
    calling = true;
    callDue = false;
    awaitStream(now);
    RegisterCall.start(
        sockets,
        settings.folder().kubeletSocket(),
        request,
        settings.timing().call(),
        this::called);
  }

  private synchronized void called(Status status) {
    calling = false;
    accepted = status.isOk();
    callDue |= !status.isOk();
    refusal = Optional.empty();
    complaint = Optional.empty();
    String words = Quoted.oneLine(String.valueOf(status.getDescription()), MOST_CHARACTERS);
    switch (status.getCode()) {
      case OK -> {}
      case DEADLINE_EXCEEDED -> complain("no answer within " + settings.timing().call());
      case UNAVAILABLE, CANCELLED -> complain("nobody answers: " + words);
      default -> refusal = Optional.of("the kubelet says: " + words);
    }
    report();
  }

  private void complain(String finding) {
    complaint = Optional.of("call %s: %s".formatted(settings.folder().kubeletSocket(), finding));
  }

  /** A kubelet that has found the socket is given its time from then on. */
  private synchronized void asked() {
    awaited =
        awaited.map(one -> one.asked() ? one : new Awaited(System.nanoTime(), one.opened(), true));
  }

  private synchronized void verdict(Object socketOfThat, Optional<String> refused) {
    if (refused.isPresent() && socketOfThat != served) {
      return; // it could not connect to a socket that has been made anew
    }
    accepted = refused.isEmpty();
    refusal = refused;
    if (refused.isPresent()) {
      notBefore = System.nanoTime() + backOff.next();
    }
    report();
  }

  private synchronized void streamsChanged() {
    noticeStreams(System.nanoTime());
    report();
  }

  private void report() {
    Registration now = describe();
    if (closed || now.saysSameAs(registration)) {
      return;
    }
    registration = now;
    String reason = now.reason().orElse("");
    if (now.state() == Registration.State.REGISTERED) {
      LOG.info("{} is registered with the kubelet, by {}", now.resource(), now.mode().word());
    } else if (now.state() == Registration.State.REFUSED) {
      LOG.warn("{} is refused: {}", now.resource(), reason);
    } else if (socket.isBlocked()) {
      LOG.warn("{} is not served: {}", now.resource(), reason);
    } else {
      LOG.info("{} waits: {}", now.resource(), reason);
    }
    listener.registered(now);
  }

  private Registration describe() {
    Optional<String> reason = Optional.empty();
    Registration.State state = Registration.State.WAITING;
    if (!socket.isServed()) {
      reason = Optional.of(socket.obstacle());
    } else if (refusal.isPresent()) {
      state = Registration.State.REFUSED;
      reason = refusal;
    } else if (accepted && server.streams().open() > 0) {
      state = Registration.State.REGISTERED;
    } else if (kubelet.isEmpty()) {
      reason = Optional.of("there is no kubelet at " + settings.folder().kubeletSocket());
    } else {
      reason = complaint.or(() -> Optional.of("it is announced, and no kubelet has taken it yet"));
    }
    return new Registration(server.resource(), socket.mode(), state, reason, Instant.now());
  }

  /** Nothing is announced any more, and only calls that are on their way are answered. */
  synchronized void leave() {
    closed = true;
    socket.drain();
  }

  /**
   * Waits for calls that are on their way, ends streams and deletes the socket. A kubelet that sees
   * the end of its stream hangs up, whatever it has asked; one that sees no socket any more does
   * not look at the last list.
   *
   * @param forGood its devices are gone: the kubelet is to count none
   */
  void end(boolean forGood) {
    synchronized (this) {
      closed = true;
    }
    server.calls().awaitNone(settings.timing().farewell());
    server.streams().close(forGood);
    if (forGood) {
      socket.awaitDeparture();
    }
    socket.end();
  }
}
