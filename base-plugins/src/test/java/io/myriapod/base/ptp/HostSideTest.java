package io.myriapod.base.ptp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostSideTest {
  private static Address address(String prefix, String gateway) {
    return new Address(
        IpPrefix.parse(prefix),
        Optional.of(gateway).filter(text -> !text.isEmpty()).map(IpAddresses::parse),
        Optional.empty());
  }

  private static HostSide of(Address... addresses) {
    return HostSide.of(CniResult.empty().withAddresses(List.of(addresses)));
  }

  private static List<IpPrefix> prefixes(String... texts) {
    return Arrays.stream(texts).map(IpPrefix::parse).toList();
  }

  @Test
  void of_bothFamilies_hasFullLengths() {
    HostSide side = of(address("10.1.2.3/24", "10.1.2.1"), address("fd00:1::3/64", "fd00:1::1"));

    assertEquals(prefixes("10.1.2.1/32", "fd00:1::1/128"), side.gateways());
    assertEquals(prefixes("10.1.2.3/32", "fd00:1::3/128"), side.pods());
  }

  @Test
  void of_twoAddressesOfOneGateway_hasItOnce() {
    HostSide side = of(address("10.1.2.3/24", "10.1.2.1"), address("10.1.2.4/24", "10.1.2.1"));

    assertEquals(prefixes("10.1.2.1/32"), side.gateways());
    assertEquals(prefixes("10.1.2.3/32", "10.1.2.4/32"), side.pods());
  }

  @Test
  void of_addressWithoutGateway_isCode7() {
    CniException e = assertThrows(CniException.class, () -> of(address("10.1.2.3/24", "")));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("10.1.2.3/24 has no gateway"), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1/8,    127.0.0.2",
    "0.0.0.0/24,     10.1.2.1",
    "10.1.2.3/24,    0.0.0.0",
    "10.1.2.3/24,    224.0.0.9",
    "10.1.2.3/24,    255.255.255.255",
    "ff02::1/64,     fe80::1",
    "fd00::3/64,     ::1"
  })
  void of_addressOfNoHost_isCode7(String prefix, String gateway) {
    CniException e = assertThrows(CniException.class, () -> of(address(prefix, gateway)));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
  }

  @Test
  void of_addressThatIsItsOwnGateway_isCode7() {
    CniException e = assertThrows(CniException.class, () -> of(address("10.1.2.3/24", "10.1.2.3")));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("10.1.2.3/24 is its own gateway"), e::getMessage);
  }
}
