package io.myriapod.sriov;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.VfLinkState;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.link.VfState;
import io.myriapod.linux.link.VfTable;
import io.myriapod.linux.link.VfVlan;
import io.myriapod.types.MacAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A card whose driver behaves as the kernel's own does, by its source: what it refuses, and with
 * which errno; what it has no value for; what it does late, or not at all.
 */
final class FakeCard implements VfTable {
  static final MacAddress FORMER = MacAddress.parse("02:00:00:00:00:01");

  final List<String> told = new ArrayList<>();
  private final Map<String, Integer> refused = new HashMap<>();
  private final Set<String> unheeded = new HashSet<>();
  private int macLateBy;
  private int readsUntilMac;
  private MacAddress mac = FORMER;
  private MacAddress coming = FORMER;
  private VfVlan vlan = new VfVlan(0, 0, VfVlan.DOT1Q);
  private VfRate rate = new VfRate(0, 0);
  private Optional<Boolean> spoofCheck = Optional.of(true);
  private boolean trust;
  private VfLinkState linkState = VfLinkState.AUTO;

  /** i40e: the MAC is set by the admin queue, some time after the request was answered. */
  static FakeCard i40e() {
    FakeCard card = new FakeCard();
    card.macLateBy = 3;
    card.refused.put("min rate", Errno.EINVAL);
    return card;
  }

  /** mlx5_core in legacy mode: takes everything. */
  static FakeCard mlx5() {
    return new FakeCard();
  }

  /** mlx5_core in switchdev mode: VLANs are the switch's matter (mlx5e_set_vf_vlan). */
  static FakeCard mlx5InSwitchdev() {
    FakeCard card = new FakeCard();
    card.refused.put("vlan", Errno.EOPNOTSUPP);
    card.refused.put("spoofchk", Errno.EOPNOTSUPP);
    card.spoofCheck = Optional.empty();
    return card;
  }

  /** A driver that says yes to trust and has none. */
  static FakeCard withoutTrust() {
    FakeCard card = new FakeCard();
    card.unheeded.add("trust");
    return card;
  }

  Card card(Link physical, String driver) {
    return new Card(this, physical, driver, 0);
  }

  void refuse(String setting, int errno) {
    refused.put(setting, errno);
  }

  private boolean takes(String setting, Object value) {
    if (refused.containsKey(setting)) {
      throw new ErrnoException("set " + setting, refused.get(setting));
    }
    told.add(setting + " " + value);
    return !unheeded.contains(setting);
  }

  @Override
  public Map<Integer, VfState> virtualFunctions(Link physical) {
    if (readsUntilMac-- <= 0) {
      mac = coming;
    }
    return Map.of(
        0,
        new VfState(
            0,
            Optional.of(mac),
            Optional.of(vlan),
            spoofCheck,
            Optional.of(trust),
            Optional.of(rate),
            Optional.of(linkState)));
  }

  @Override
  public void setVfMac(Link physical, int index, MacAddress to) {
    if (takes("mac", to)) {
      coming = to;
      readsUntilMac = macLateBy;
    }
  }

  @Override
  public void setVfVlan(Link physical, int index, VfVlan to) {
    vlan = takes("vlan", to.id()) ? to : vlan;
  }

  @Override
  public void setVfSpoofCheck(Link physical, int index, boolean on) {
    spoofCheck = takes("spoofchk", on) ? Optional.of(on) : spoofCheck;
  }

  @Override
  public void setVfTrust(Link physical, int index, boolean on) {
    trust = takes("trust", on) ? on : trust;
  }

  @Override
  public void setVfRate(Link physical, int index, VfRate to) {
    rate = takes(to.min() > 0 ? "min rate" : "rate", to) ? to : rate;
  }

  @Override
  public void setVfLinkState(Link physical, int index, VfLinkState to) {
    linkState = takes("link state", to) ? to : linkState;
  }
}
