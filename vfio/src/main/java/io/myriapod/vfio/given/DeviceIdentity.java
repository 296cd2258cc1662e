package io.myriapod.vfio.given;

import io.myriapod.linux.link.Link;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/**
 * By what a device is known again after it has changed its namespace, index and name.
 *
 * @param kind as the kernel names it; empty for hardware, which outlives a namespace
 * @param mac the address that it had on the node
 * @param permanentMac the one burnt in, where the driver tells it
 * @param parentDevice the bus address of the device behind it, where there is one
 * @param sole whether it is the only link of that device, as that of a virtual function is: its
 *     burnt-in address is what its card gave it last, and says nothing
 */
public record DeviceIdentity(
    Optional<String> kind,
    Optional<MacAddress> mac,
    Optional<MacAddress> permanentMac,
    Optional<String> parentDevice,
    boolean sole) {

  static DeviceIdentity of(Link link) {
    return new DeviceIdentity(
        link.kind(), link.mac(), link.permanentMac(), link.parentDevice(), false);
  }

  /** The same of a link that is the only one of its device. */
  DeviceIdentity asSole() {
    return new DeviceIdentity(kind, mac, Optional.empty(), parentDevice, true);
  }

  /** Whether something that nobody can change tells it from all others. */
  boolean isCertain() {
    return permanentMac.isPresent() || parentDevice.isPresent();
  }

  /**
   * Whether that something is no other link's: ports of a switch share the device behind them, and
   * those with a kind of their own, as DSA's, the address burnt in as well.
   */
  boolean isUnique() {
    return isHardware() && (sole || permanentMac.isPresent());
  }

  boolean isHardware() {
    return kind.isEmpty();
  }

  /** Whether the link may be it, as far as what nobody can change tells. */
  public boolean mayBe(Link link) {
    return kind.equals(link.kind())
        && (sole || permanentMac.equals(link.permanentMac()))
        && parentDevice.equals(link.parentDevice());
  }

  /** Whether both are the same device, or of the same device with several links. */
  boolean isSame(DeviceIdentity other) {
    boolean alike =
        kind.equals(other.kind)
            && permanentMac.equals(other.permanentMac)
            && parentDevice.equals(other.parentDevice);
    return alike && (isCertain() || mac.equals(other.mac));
  }
}
