package io.myriapod.agent.devices;

import io.myriapod.linux.Node;
import io.myriapod.linux.devlink.Devlink;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.types.PciAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What devlink says of the package that a card's pipeline was loaded with. It is loaded with the
 * card's driver, so a card that has answered is asked no more.
 */
final class DdpProfiles {
  private final Node node;
  private final Map<PciAddress, String> known = new ConcurrentHashMap<>();

  DdpProfiles(Node node) {
    this.node = node;
  }

  /** Of a physical function; empty if it has none or does not say. */
  Optional<String> of(PciAddress card) {
    Optional<String> profile = Optional.ofNullable(known.get(card)).or(() -> ask(card));
    profile.ifPresent(one -> known.put(card, one));
    return profile;
  }

  /** No answer is no answer for ever: the card's driver may not be there yet. */
  private Optional<String> ask(PciAddress card) {
    try (Devlink devlink = node.devlink()) {
      return Optional.ofNullable(devlink.runningVersions(card).get(Devlink.DDP_PROFILE));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }
}
