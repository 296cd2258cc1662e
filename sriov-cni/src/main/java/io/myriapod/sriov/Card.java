package io.myriapod.sriov;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.VfTable;
import io.myriapod.types.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A physical function, as far as it says and takes settings of one of its virtual functions. Each
 * setting is read back: a driver that takes it and does something else has refused it.
 *
 * @param functions of the namespace that the physical function's link is in
 * @param physical its link
 * @param driver its driver
 * @param index number of the virtual function
 */
record Card(VfTable functions, Link physical, String driver, int index) {
  /** i40e takes a MAC over some time after it has said yes. */
  private static final int LOOKS = 20;

  private static final long LOOK_MILLIS = 100;

  /**
   * What it says now.
   *
   * @throws ErrnoException ENODEV if it has no such virtual function
   */
  CardSettings read() {
    return Optional.ofNullable(functions.virtualFunctions(physical).get(index))
        .map(CardSettings::of)
        .orElseThrow(() -> new ErrnoException("read settings of " + this, Errno.ENODEV));
  }

  /** Whether it has that MAC itself, or another of its virtual functions has. */
  boolean hasElsewhere(MacAddress mac) {
    return physical.mac().equals(Optional.of(mac))
        || functions.virtualFunctions(physical).values().stream()
            .anyMatch(other -> other.index() != index && other.mac().equals(Optional.of(mac)));
  }

  /**
   * Tells it these, in the reference plugin's order.
   *
   * @param limits learn what it cannot do
   * @throws ErrnoException at the first that it refuses; those before it are set
   * @throws UnheededException at the first that it took without doing it
   */
  void tell(CardSettings wanted, Limits limits) {
    for (Setting setting : Setting.values()) {
      try {
        tell(setting, wanted);
      } catch (ErrnoException e) {
        limits.learn(driver, setting, wanted, e);
        throw e;
      }
    }
  }

  /**
   * Tells it what it said before, as far as it says something else by now: trust at last, since
   * some drivers take a MAC of a trusted function only. Goes on past refusals, and returns them.
   */
  List<String> tellAgain(CardSettings former) {
    CardSettings differing = former.without(read());
    List<Setting> order = new ArrayList<>(List.of(Setting.values()));
    order.remove(Setting.TRUST);
    order.add(Setting.TRUST);
    List<String> refusals = new ArrayList<>();
    for (Setting setting : order) {
      try {
        tell(setting, differing);
      } catch (ErrnoException | UnheededException e) {
        refusals.add(e.getMessage());
      }
    }
    return refusals;
  }

  private void tell(Setting setting, CardSettings wanted) {
    if (setting.in(wanted).isPresent()) {
      setting.tell(this, wanted);
      requireHeeded(setting, wanted);
    }
  }

  private void requireHeeded(Setting setting, CardSettings wanted) {
    CardSettings now = read();
    for (int look = 1; !setting.in(now).equals(setting.in(wanted)) && look < LOOKS; look++) {
      pause();
      now = read();
    }
    if (!setting.in(now).equals(setting.in(wanted))) {
      throw new UnheededException(
          "set %s of %s: its driver said yes, but it is %s and not %s"
              .formatted(setting, this, shown(setting.in(now)), shown(setting.in(wanted))));
    }
  }

  private static String shown(Optional<?> value) {
    return value.map(Object::toString).orElse("unknown");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a driver was to take a setting", e);
    }
  }

  @Override
  public String toString() {
    return "virtual function %d of \"%s\"".formatted(index, physical.name());
  }
}
