package io.myriapod.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.cni.error.CniException;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkDetails;
import io.myriapod.linux.link.OperState;
import io.myriapod.linux.link.VfLinkState;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.link.VfVlan;
import io.myriapod.types.MacAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cards of drivers that the lab has not: told, read back, and told again what they said. */
class CardTest {
  private static final MacAddress MAC = MacAddress.parse("02:00:5e:50:00:01");
  private static final CardSettings WANTED =
      new CardSettings(
          Optional.of(new VfVlan(100, 0, VfVlan.DOT1Q)),
          Optional.of(MAC),
          Optional.of(new VfRate(0, 500)),
          Optional.of(false),
          Optional.of(true),
          Optional.of(VfLinkState.ENABLE));

  @TempDir private static Path temp;

  private final Limits limits = new Limits(new LimitsFile(temp.resolve("none/limits"), "6.12"));

  private static Link physical() {
    return new Link(
        3,
        "ens1",
        List.of(),
        Optional.empty(),
        Optional.of(MacAddress.parse("02:00:00:00:00:99")),
        Optional.empty(),
        1500,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        OperState.UP,
        0,
        1000,
        "",
        Optional.of("0000:3b:00.0"),
        new LinkDetails.Plain(),
        Optional.empty());
  }

  @Test
  void tell_i40eTakesTheMacLate_waitsUntilItHasIt() {
    FakeCard fake = FakeCard.i40e();
    Card card = fake.card(physical(), "i40e");

    card.tell(WANTED, limits);

    assertEquals(WANTED, card.read());
    assertEquals(
        List.of("vlan", "mac", "rate", "spoofchk", "trust", "link"),
        fake.told.stream().map(each -> each.split(" ")[0]).toList());
  }

  @Test
  void tellAgain_i40e_everythingIsAsBeforeAndTrustGoesLast() {
    FakeCard fake = FakeCard.i40e();
    Card card = fake.card(physical(), "i40e");
    CardSettings before = card.read();
    card.tell(WANTED, limits);
    fake.told.clear();

    assertEquals(List.of(), card.tellAgain(before));

    assertEquals(before, card.read());
    assertEquals("trust false", fake.told.get(fake.told.size() - 1));
  }

  @Test
  void tell_i40eMinimumRate_isRefusedByTheKernelsWords() {
    Card card = FakeCard.i40e().card(physical(), "i40e");
    CardSettings minimum =
        CardSettings.from(
            JsonNodeFactory.instance.objectNode().put("minTxRate", 5).put("maxTxRate", 10));

    ErrnoException refusal = assertThrows(ErrnoException.class, () -> card.tell(minimum, limits));

    assertEquals(Errno.EINVAL, refusal.errno());
  }

  @Test
  void tell_mlx5_takesEverything() {
    Card card = FakeCard.mlx5().card(physical(), "mlx5_core");

    card.tell(WANTED, limits);

    assertEquals(WANTED, card.read());
  }

  @Test
  void tell_mlx5InSwitchdev_refusalIsRememberedAndSaidBeforehand() {
    FakeCard fake = FakeCard.mlx5InSwitchdev();
    Card card = fake.card(physical(), "mlx5_core");

    ErrnoException refusal = assertThrows(ErrnoException.class, () -> card.tell(WANTED, limits));

    assertEquals(Errno.EOPNOTSUPP, refusal.errno());
    assertEquals(List.of(), fake.told);
    CniException later =
        assertThrows(CniException.class, () -> limits.require("mlx5_core", WANTED));
    assertEquals("mlx5_core cannot set vlan: EOPNOTSUPP", later.getMessage());
  }

  @Test
  void tellAgain_valueThatTheDriverHasNot_isNotTold() {
    FakeCard fake = FakeCard.mlx5InSwitchdev();
    Card card = fake.card(physical(), "mlx5_core");
    CardSettings before = card.read();
    card.tell(
        new CardSettings(
            Optional.empty(),
            Optional.of(MAC),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        limits);
    fake.told.clear();

    assertEquals(List.of(), card.tellAgain(before));

    assertEquals(List.of("mac " + FakeCard.FORMER), fake.told);
  }

  @Test
  void tell_driverSaysYesAndDoesNot_isRefused() {
    Card card = FakeCard.withoutTrust().card(physical(), "quiet");

    UnheededException refusal =
        assertThrows(UnheededException.class, () -> card.tell(WANTED, limits));

    assertEquals(
        "set trust of virtual function 0 of \"ens1\": its driver said yes, but it is false and not"
            + " true",
        refusal.getMessage());
  }

  @Test
  void tellAgain_driverRefusesOne_othersArePutBackAndItIsNamed() {
    FakeCard fake = FakeCard.mlx5();
    Card card = fake.card(physical(), "mlx5_core");
    CardSettings before = card.read();
    card.tell(WANTED, limits);
    fake.refuse("rate", Errno.EIO);

    assertEquals(List.of("set rate: EIO"), card.tellAgain(before));

    assertEquals(new VfRate(0, 500), card.read().rate().orElseThrow());
    assertEquals(before.mac(), card.read().mac());
    assertEquals(before.trust(), card.read().trust());
  }
}
