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
 */
public record DeviceIdentity(
    Optional<String> kind,
    Optional<MacAddress> mac,
    Optional<MacAddress> permanentMac,
    Optional<String> parentDevice) {

  static DeviceIdentity of(Link link) {
    return new DeviceIdentity(link.kind(), link.mac(), link.permanentMac(), link.parentDevice());
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
    return isHardware() && permanentMac.isPresent();
  }

  boolean isHardware() {
    return kind.isEmpty();
  }

  /** Whether the link may be it, as far as what nobody can change tells. */
  public boolean mayBe(Link link) {
    return kind.equals(link.kind())
        && permanentMac.equals(link.permanentMac())
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
