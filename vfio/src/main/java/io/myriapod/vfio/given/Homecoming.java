package io.myriapod.vfio.given;

import io.myriapod.linux.address.LinkLocal;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Arrival;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a device to the node and makes it what it was there. Every step sets a value, so that all
 * of it may be done again. A setting that is refused for good does not keep the others from being
 * put back: it is told in the log; but a virtual function is then not fit for the next pod.
 */
public final class Homecoming {
  private static final Logger LOG = LoggerFactory.getLogger(Homecoming.class);
  private static final int NAMES_TRIED = 100;

  private final NetworkNamespace host;
  private final DeviceState state;
  private final List<String> refused = new ArrayList<>();

  private Homecoming(NetworkNamespace host, DeviceState state) {
    this.host = host;
    this.state = state;
  }

  /**
   * Moves the link out of the pod by one request, under its old name or, if that is taken by now, a
   * free one; then as {@link #restore}.
   *
   * @throws ErrnoException if it could not be moved, or a setting was refused that may be taken
   *     later
   * @throws NotAsBeforeException if a setting of a virtual function was refused for good
   */
  public static void fetch(
      NetworkNamespace pod, Link link, NetworkNamespace host, DeviceState state) {
    Homecoming home = new Homecoming(host, state);
    home.restoreAll(home.moved(pod.links(), link));
  }

  /**
   * Puts name, MAC, MTU, flags, addresses and up-state of a link of the node back.
   *
   * @throws ErrnoException if a setting was refused that may be taken later
   */
  public static void restore(NetworkNamespace host, Link link, DeviceState state) {
    new Homecoming(host, state).restoreAll(link);
  }

  private Link moved(Links pod, Link link) {
    for (String name : link.altNames()) {
      boolean foreign = !state.altNames().contains(name) || name.equals(state.name().value());
      if (foreign || host.links().find(name).isPresent()) {
        pod.removeAltName(link, name);
      }
    }
    return pod.move(link, host, Arrival.as(freeName(Optional.empty())));
  }

  /** Its old name, unless another link of the node has it; then that name with a number. */
  private InterfaceName freeName(Optional<Integer> ownIndex) {
    String wanted = state.name().value();
    String name = wanted;
    for (int number = 1; isTaken(name, ownIndex) && number < NAMES_TRIED; number++) {
      String suffix = "-" + number;
      name = shortened(wanted, InterfaceName.MAX_BYTES - suffix.length()) + suffix;
    }
    return new InterfaceName(name);
  }

  private static String shortened(String name, int most) {
    return name.length() > most ? name.substring(0, most) : name;
  }

  private boolean isTaken(String name, Optional<Integer> ownIndex) {
    return host.links()
        .find(name)
        .filter(other -> !ownIndex.equals(Optional.of(other.index())))
        .isPresent();
  }

  private void restoreAll(Link link) {
    Link named = restoreNames(link);
    restoreSettings(named);
    Link settled = host.links().find(named.index()).orElse(named);
    restoreAddresses(settled);
    if (settled.isUp() != state.up()) {
      attempt(() -> setUp(settled, state.up()));
    }
    if (!settled.name().equals(state.name().value())) {
      LOG.warn(
          "host device \"{}\": another link of the node has that name by now; it is home as \"{}\"",
          state.name(),
          settled.name());
    }
    if (!refused.isEmpty() && state.identity().sole()) {
      throw new NotAsBeforeException(
          "\"%s\" is home, but not what it was: %s"
              .formatted(settled.name(), String.join("; ", refused)));
    }
    if (!refused.isEmpty()) {
      LOG.warn(
          "host device \"{}\" is home, but not all of it could be put back: {}",
          settled.name(),
          String.join("; ", refused));
    }
  }

  private Link restoreNames(Link link) {
    Links links = host.links();
    for (String name : link.altNames()) {
      if (!state.altNames().contains(name)) {
        attempt(() -> links.removeAltName(link, name));
      }
    }
    InterfaceName name = freeName(Optional.of(link.index()));
    if (!link.name().equals(name.value())) {
      links.setDown(link); // before Linux 6.2 a link that is up keeps its name
      links.rename(link, name);
    }
    for (String altName : state.altNames()) {
      if (!link.altNames().contains(altName)) {
        attempt(() -> links.addAltName(link, altName));
      }
    }
    return links.find(link.index()).orElse(link);
  }

  private void restoreSettings(Link link) {
    Links links = host.links();
    if (!link.alias().equals(state.alias())) {
      attempt(() -> links.setAlias(link, state.alias()));
    }
    if (link.group() != state.group()) {
      attempt(() -> links.setGroup(link, state.group()));
    }
    Optional<MacAddress> mac = state.identity().mac();
    if (mac.isPresent() && !mac.equals(link.mac())) {
      attempt(() -> links.setDown(link)); // some drivers take another MAC only then
      attempt(() -> DriverMac.take(links, link, mac.get()));
    }
    if (link.mtu() != state.mtu()) {
      attempt(() -> links.setMtu(link, state.mtu()));
    }
    if (link.txQueueLength() != state.txQueueLength()) {
      attempt(() -> links.setTxQueueLength(link, state.txQueueLength()));
    }
    if (link.isPromiscuous() != state.promiscuous()) {
      attempt(() -> links.setPromiscuous(link, state.promiscuous()));
    }
    if (link.isAllMulticast() != state.allMulticast()) {
      attempt(() -> links.setAllMulticast(link, state.allMulticast()));
    }
  }

  private void setUp(Link link, boolean up) {
    if (up) {
      host.links().setUp(link);
    } else {
      host.links().setDown(link);
    }
  }

  /** The link-local address that is made of the MAC comes by itself, as soon as the link is up. */
  private void restoreAddresses(Link link) {
    Instant now = Instant.now();
    boolean named = link.name().equals(state.name().value());
    for (SavedAddress saved : state.addresses()) {
      boolean automatic =
          state.up() && link.mac().map(LinkLocal::of).equals(Optional.of(saved.prefix()));
      if (!automatic) {
        saved
            .on(link.index(), named, now)
            .ifPresent(address -> attempt(() -> host.addresses().add(address)));
      }
    }
  }

  /** One that may succeed later is thrown, so that the undo is tried again. */
  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (ErrnoException e) {
      if (e.is(Errno.EBUSY) || e.is(Errno.EAGAIN) || e.is(Errno.ENOBUFS) || e.is(Errno.ENODEV)) {
        throw e;
      }
      if (!e.is(Errno.EEXIST)) {
        refused.add(e.getMessage());
      }
    }
  }
}
