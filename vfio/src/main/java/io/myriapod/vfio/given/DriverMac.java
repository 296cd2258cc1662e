package io.myriapod.vfio.given;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.types.MacAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Has a device take a MAC. Two drivers of virtual functions are slow to hear of the one that their
 * card was told: iavf says yes and takes it a while later; igbvf, if it was down meanwhile, refuses
 * it (EADDRNOTAVAIL, Linux 6.12), and takes it over whenever it is set down.
 */
final class DriverMac {
  private static final int LOOKS = 20;
  private static final long LOOK_MILLIS = 100;

  private DriverMac() {}

  /**
   * Sets it. The link is down before; it may be set up and down meanwhile.
   *
   * @return the link with that MAC
   * @throws ErrnoException EADDRNOTAVAIL if the driver does not take it
   */
  static Link take(Links links, Link link, MacAddress mac) {
    try {
      links.setMac(link, mac);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EADDRNOTAVAIL) || !resets(links, link, mac)) {
        throw e;
      }
    }
    return await(links, link, mac);
  }

  private static boolean resets(Links links, Link link, MacAddress mac) {
    links.setUp(link);
    links.setDown(link);
    return has(look(links, link), mac);
  }

  /** Looks, and sets it again, until the link has it. */
  static Link await(Links links, Link link, MacAddress mac) {
    Link now = look(links, link);
    for (int look = 1; look < LOOKS && !has(now, mac); look++) {
      pause();
      links.setMac(now, mac);
      now = look(links, link);
    }
    if (!has(now, mac)) {
      throw new ErrnoException(
          "set MAC address %s of \"%s\": its driver said yes, but it has %s"
              .formatted(mac, link.name(), now.mac().map(MacAddress::toString).orElse("none")),
          Errno.EADDRNOTAVAIL);
    }
    return now;
  }

  private static boolean has(Link link, MacAddress mac) {
    return link.mac().equals(Optional.of(mac));
  }

  private static Link look(Links links, Link link) {
    return links
        .find(link.index())
        .orElseThrow(
            () -> new ErrnoException("look at \"%s\"".formatted(link.name()), Errno.ENODEV));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a driver was to take a MAC address", e);
    }
  }
}
