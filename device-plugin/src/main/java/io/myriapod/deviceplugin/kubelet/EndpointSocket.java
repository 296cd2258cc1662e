package io.myriapod.deviceplugin.kubelet;

import io.grpc.BindableService;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket of one resource: in which folder, whether it is still there, and those servers before
 * it that have calls to finish. Not thread-safe.
 */
final class EndpointSocket {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointSocket.class);

  /** How an attempt to serve ended. */
  enum Outcome {
    SERVED,
    /** The kubelet has not made the folder yet. */
    NO_FOLDER,
    /** Somebody else serves there, or the socket cannot be made. */
    BLOCKED
  }

  private final ResourceName resource;
  private final KubeletSettings settings;
  private final KubeletSockets sockets;
  private final BiFunction<RegistrationMode, Path, List<BindableService>> services;
  private final List<Listening> former = new ArrayList<>();
  private RegistrationMode mode;
  private Optional<Listening> listening = Optional.empty();
  private Outcome last = Outcome.NO_FOLDER;
  private String obstacle = "it was not announced yet";
  private OptionalLong registryMissing = OptionalLong.empty();
  private boolean usedRegistry;

  /**
   * @param services what is served in that mode at that socket
   */
  EndpointSocket(
      ResourceName resource,
      KubeletSettings settings,
      KubeletSockets sockets,
      BiFunction<RegistrationMode, Path, List<BindableService>> services) {
    this.resource = resource;
    this.settings = settings;
    this.sockets = sockets;
    this.services = services;
    this.mode = settings.mode().orElse(RegistrationMode.WATCHER);
  }

  RegistrationMode mode() {
    return mode;
  }

  boolean isServed() {
    return listening.isPresent();
  }

  boolean isBlocked() {
    return listening.isEmpty() && last == Outcome.BLOCKED;
  }

  /** Why it is not served. */
  String obstacle() {
    return obstacle;
  }

  /** The socket's path, while it is served. */
  Optional<Path> path() {
    return listening.map(Listening::socket);
  }

  /**
   * Whether the socket was there before and is no longer, or is another's; it is forgotten then.
   */
  boolean noticeLoss() {
    former.removeIf(Listening::isOver);
    if (listening.isEmpty() || listening.get().isInPlace()) {
      return false;
    }
    retire();
    obstacle = "its socket was deleted";
    return true;
  }

  /** Whether the mode that is right now is another than the one in which it is served. */
  boolean wantsOtherMode(long now, boolean kubeletThere) {
    return choose(now, kubeletThere).filter(right -> right != mode).isPresent();
  }

  /** Serves it, if nobody else does. */
  Outcome serve(long now, boolean kubeletThere) {
    last = tryToServe(now, kubeletThere);
    return last;
  }

  /** Serves it anew, so that whoever watches the folder sees a new socket. */
  Outcome renew(long now, boolean kubeletThere) {
    listening.ifPresent(Listening::deleteSocket);
    retire();
    return serve(now, kubeletThere);
  }

  private void retire() {
    listening.ifPresent(
        one -> {
          one.drain();
          former.add(one);
        });
    listening = Optional.empty();
  }

  private Outcome tryToServe(long now, boolean kubeletThere) {
    Optional<RegistrationMode> chosen = choose(now, kubeletThere);
    if (chosen.isEmpty()) {
      String kubelet = kubeletThere ? "" : ", and no kubelet";
      obstacle = "there is no folder " + settings.folder().pluginsRegistry() + kubelet;
      return Outcome.NO_FOLDER;
    }
    mode = chosen.get();
    Path folder = settings.folder().of(mode);
    if (!Files.isDirectory(folder)) {
      obstacle = "there is no folder " + folder;
      return Outcome.NO_FOLDER;
    }
    try {
      Path path = SocketName.in(folder, resource);
      if (SocketIdentity.isServed(path)) {
        obstacle =
            "another plugin serves %s: end it, or take the resource out of one of the two"
                .formatted(path);
        return Outcome.BLOCKED;
      }
      if (Files.deleteIfExists(path)) {
        LOG.warn("{} was left by a process that has ended; it is replaced", path);
      }
      listening = Optional.of(Listening.open(sockets, path, resource, services.apply(mode, path)));
      usedRegistry = mode == RegistrationMode.WATCHER;
      return Outcome.SERVED;
    } catch (IOException e) {
      obstacle = "serve it in %s: %s".formatted(folder, e);
      return Outcome.BLOCKED;
    }
  }

  /**
   * By watcher if there is a folder for it. If that vanishes it may come again; a kubelet that goes
   * on without is called instead.
   */
  private Optional<RegistrationMode> choose(long now, boolean kubeletThere) {
    if (settings.mode().isPresent()) {
      return settings.mode();
    }
    if (Files.isDirectory(settings.folder().pluginsRegistry())) {
      registryMissing = OptionalLong.empty();
      return Optional.of(RegistrationMode.WATCHER);
    }
    if (registryMissing.isEmpty()) {
      registryMissing = OptionalLong.of(now);
    }
    boolean gone =
        !usedRegistry || now - registryMissing.getAsLong() > settings.timing().patience().toNanos();
    return kubeletThere && gone ? Optional.of(RegistrationMode.LEGACY) : Optional.empty();
  }

  /** Takes no new calls. */
  void drain() {
    listening.ifPresent(Listening::drain);
  }

  /** Waits for a while until all who were connected have gone. */
  void awaitDeparture() {
    listening.ifPresent(one -> one.awaitDeparture(settings.timing().farewell()));
  }

  /** Ends every server, each call that is not over soon included, and deletes the socket. */
  void end() {
    listening.ifPresent(one -> one.end(settings.timing().farewell()));
    former.forEach(one -> one.end(settings.timing().farewell()));
    listening.ifPresent(Listening::deleteSocket);
  }
}
