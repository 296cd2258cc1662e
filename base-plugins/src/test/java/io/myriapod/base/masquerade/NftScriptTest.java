package io.myriapod.base.masquerade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.types.IpPrefix;
import java.util.List;
import org.junit.jupiter.api.Test;

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

  @Test
  void isWhole_ruleOfOneFamilyGone_saysNo() {
    String chain =
        "type nat hook postrouting priority srcnat\n%s\n%s"
            .formatted(NftScript.RULE_4, NftScript.RULE_6);

    assertTrue(NftScript.isWhole(chain));
    assertFalse(NftScript.isWhole(chain.replace(NftScript.RULE_6, "")));
    assertFalse(NftScript.isWhole(""));
  }
}
