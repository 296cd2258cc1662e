package io.myriapod.sriov;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.VfLinkState;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.link.VfVlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
  private static final CardSettings NOTHING = settings(null, null, null);

  @TempDir private Path folder;
  private Limits limits;

  @BeforeEach
  void open() {
    limits = under("6.12");
  }

  private Limits under(String kernel) {
    return new Limits(new LimitsFile(folder.resolve("state/limits.json"), kernel));
  }

  @Test
  void learn_nextAgentUnderTheSameKernel_knows() throws IOException {
    CardSettings wanted = settings(new VfVlan(5, 0, VfVlan.DOT1Q), null, null);
    limits.learn("odd", Setting.VLAN, wanted, new ErrnoException("set", Errno.EOPNOTSUPP));

    limits = under("6.12");
    assertEquals("odd cannot set vlan: EOPNOTSUPP", refusal("odd", wanted));
    limits = under("6.13");
    assertDoesNotThrow(() -> limits.require("odd", wanted));

    Files.writeString(folder.resolve("state/limits.json"), "{no JSON");
    limits = under("6.12");
    assertDoesNotThrow(() -> limits.require("odd", wanted));
  }

  private static CardSettings settings(VfVlan vlan, VfRate rate, VfLinkState state) {
    return new CardSettings(
        Optional.ofNullable(vlan),
        Optional.empty(),
        Optional.ofNullable(rate),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(state));
  }

  private String refusal(String driver, CardSettings wanted) {
    CniException refusal = assertThrows(CniException.class, () -> limits.require(driver, wanted));
    assertEquals(ErrorCode.DEVICE_UNUSABLE, refusal.code());
    return refusal.getMessage();
  }

  @Test
  void require_whatIgbCannot_isSaid() {
    assertEquals(
        "igb cannot set link_state: EOPNOTSUPP",
        refusal("igb", settings(null, null, VfLinkState.ENABLE)));
    assertEquals(
        "igb cannot set min_tx_rate: EINVAL",
        refusal("igb", settings(null, new VfRate(1, 0), null)));
    assertEquals(
        "igb cannot set vlanProto: EPROTONOSUPPORT",
        refusal("igb", settings(new VfVlan(5, 0, VfVlan.DOT1AD), null, null)));
  }

  @Test
  void require_whatIgbCan_passes() {
    CardSettings wanted = settings(new VfVlan(5, 1, VfVlan.DOT1Q), new VfRate(0, 100), null);

    assertDoesNotThrow(() -> limits.require("igb", wanted));
    assertDoesNotThrow(() -> limits.require("igb", NOTHING));
    assertDoesNotThrow(() -> limits.require("ice", settings(null, null, VfLinkState.ENABLE)));
  }

  @Test
  void learn_refusalForGood_isKept() {
    CardSettings wanted = settings(null, null, VfLinkState.ENABLE);

    limits.learn("bnxt_en", Setting.LINK_STATE, wanted, refusal(Errno.EOPNOTSUPP));

    assertEquals("bnxt_en cannot set link_state: EOPNOTSUPP", refusal("bnxt_en", wanted));
  }

  /** Another value may do. */
  @Test
  void learn_refusalOfAValue_isNot() {
    CardSettings wanted = settings(null, new VfRate(0, 1), null);

    limits.learn("bnxt_en", Setting.RATE, wanted, refusal(Errno.EINVAL));

    assertDoesNotThrow(() -> limits.require("bnxt_en", wanted));
  }

  private static ErrnoException refusal(int errno) {
    return new ErrnoException("set", errno);
  }
}
