package io.myriapod.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.linux.link.VfLinkState;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.link.VfVlan;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CardSettingsTest {
  private static final CardSettings FULL =
      new CardSettings(
          Optional.of(new VfVlan(100, 3, VfVlan.DOT1AD)),
          Optional.of(MacAddress.parse("02:00:5e:10:00:01")),
          Optional.of(new VfRate(10, 200)),
          Optional.of(false),
          Optional.of(true),
          Optional.of(VfLinkState.DISABLE));
  private static final CardSettings NONE =
      new CardSettings(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  @Test
  void from_itsOwnJson_isTheSame() {
    assertEquals(FULL, CardSettings.from(FULL.toJson()));
    assertEquals(NONE, CardSettings.from(NONE.toJson()));
  }

  @Test
  void inverse_readAgain_isTheSame() {
    GivenSettings given = new GivenSettings(new PciAddress("0000:01:10.0"), FULL);

    assertEquals(given, GivenSettings.from(given.afterHomecoming()));
  }

  @Test
  void where_othersSayTwoThings_keepsThose() {
    CardSettings others = FULL.withMac(Optional.empty()).without(FULL);

    assertTrue(others.isEmpty());
    assertEquals("MAC address", FULL.where(NONE.withMac(FULL.mac())).keys());
  }

  @Test
  void without_partlyTheSame_keepsWhatDiffers() {
    CardSettings other = FULL.withMac(Optional.of(MacAddress.parse("02:00:5e:10:00:02")));

    assertEquals(NONE.withMac(FULL.mac()), FULL.without(other));
  }
}
