package io.myriapod.base.masquerade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NftScriptTest {
  private static final IpPrefix V4 = IpPrefix.parse("10.9.0.2/24");
  private static final IpPrefix V6 = IpPrefix.parse("fd00:9::2/64");

  @Test
  void addition_bothFamilies_namesAddressAndItsSubnet() {
    assertEquals(
        """
        add element inet myriapod pods4 { 10.9.0.2 }
        add element inet myriapod inside4 { 10.9.0.2 . 10.9.0.0/24 }
        add element inet myriapod pods6 { fd00:9::2 }
        add element inet myriapod inside6 { fd00:9::2 . fd00:9::/64 }
        list chain inet myriapod postrouting
        """,
        NftScript.addition(List.of(V4, V6)));
  }

  @Test
  void projection_oneAddressInTwoSubnets_keepsTheWiderOnly() {
    String script = NftScript.projection(List.of(V4, IpPrefix.parse("10.9.0.2/16")));

    assertTrue(script.contains("inside4 { 10.9.0.2 . 10.9.0.0/16 }"), script);
    assertFalse(script.contains("10.9.0.0/24"), script);
  }

  @Test
  void projection_whatever_replacesTheTableInOneTransaction() {
    assertTrue(
        NftScript.projection(List.of())
            .startsWith("add table inet myriapod\ndelete table inet myriapod\ncreate table"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"type nat", "224.0.0.0/4", "ff00::/8", "inside4", "inside6", "pods4", "pods6"})
  void isWhole_oneLineGone_saysNo(String line) {
    String chain =
        """
        type nat hook postrouting priority srcnat; policy accept;
        ip daddr 224.0.0.0/4 return comment "multicast"
        ip6 daddr ff00::/8 return comment "multicast"
        ip saddr . ip daddr @inside4 return comment "own subnet"
        ip6 saddr . ip6 daddr @inside6 return comment "own subnet"
        ip saddr @pods4 masquerade comment "%s"
        ip6 saddr @pods6 masquerade comment "%s"
        """
            .formatted(NftScript.RULE_4, NftScript.RULE_6);

    assertTrue(NftScript.isWhole(chain));
    assertFalse(
        NftScript.isWhole(
            chain.lines().filter(each -> !each.contains(line)).collect(Collectors.joining("\n"))));
  }
}
