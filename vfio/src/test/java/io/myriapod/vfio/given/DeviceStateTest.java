package io.myriapod.vfio.given;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.address.Lifetime;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeviceStateTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final LinkAddress PLAIN =
      LinkAddress.on(3, IpPrefix.parse("10.7.0.2/24"), AddressFlag.PERMANENT)
          .withBroadcast(IpAddresses.parse("10.7.0.255"));

  @Test
  void from_whatWasWritten_isTheSame() {
    LinkAddress leased =
        LinkAddress.on(3, IpPrefix.parse("fd00::2/64"), AddressFlag.NODAD)
            .withLifetime(new Lifetime(60, Lifetime.FOREVER));
    GivenDevice given =
        new GivenDevice(
            "/run/netns/x", "boot:17", new InterfaceName("net1"), 4, state(PLAIN, leased));

    assertEquals(given, GivenDevice.from(given.toInverse()));
  }

  @Test
  void of_temporaryAddress_isLeftToTheKernel() {
    LinkAddress temporary = LinkAddress.on(3, IpPrefix.parse("fd00::99/64"), AddressFlag.SECONDARY);
    LinkAddress second = LinkAddress.on(3, IpPrefix.parse("10.7.0.3/24"), AddressFlag.SECONDARY);

    assertEquals(1, state(temporary, second).addresses().size());
  }

  @Test
  void on_addressForEver_comesBackWithWhatCanBeAskedFor() {
    SavedAddress saved = SavedAddress.of(PLAIN, NOW);

    LinkAddress back = saved.on(9, true, NOW.plusSeconds(1_000_000)).orElseThrow();

    assertEquals(9, back.linkIndex());
    assertEquals(PLAIN.prefix(), back.prefix());
    assertEquals(PLAIN.broadcast(), back.broadcast());
    assertEquals(Set.of(), back.flags());
    assertEquals(Optional.empty(), back.lifetime());
  }

  @Test
  void on_addressThatRunsOut_comesBackWithTheRestOrNotAtAll() {
    SavedAddress saved = SavedAddress.of(PLAIN.withLifetime(new Lifetime(100, 300)), NOW);

    assertEquals(Optional.of(new Lifetime(70, 270)), lifetime(saved, 30));
    assertEquals(Optional.of(new Lifetime(0, 100)), lifetime(saved, 200));
    assertEquals(Optional.empty(), saved.on(9, true, NOW.plusSeconds(300)));
  }

  private static Optional<Lifetime> lifetime(SavedAddress saved, int later) {
    return saved.on(9, true, NOW.plusSeconds(later)).orElseThrow().lifetime();
  }

  private static DeviceState state(LinkAddress... addresses) {
    DeviceIdentity identity =
        new DeviceIdentity(
            Optional.empty(),
            Optional.of(MacAddress.parse("02:00:00:00:00:11")),
            Optional.of(MacAddress.parse("02:00:00:00:00:12")),
            Optional.of("0000:01:10.2"),
            false);
    List<SavedAddress> saved =
        List.of(addresses).stream()
            .filter(one -> !(one.prefix().isV6() && one.has(AddressFlag.SECONDARY)))
            .map(one -> SavedAddress.of(one, NOW))
            .toList();
    return new DeviceState(
        identity,
        3,
        new InterfaceName("eth5"),
        List.of("enp1s0"),
        "storage card",
        1400,
        500,
        7,
        true,
        false,
        true,
        saved);
  }
}
