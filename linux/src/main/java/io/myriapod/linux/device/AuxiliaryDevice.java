package io.myriapod.linux.device;

import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a PCI function that has a driver of its own, such as a subfunction.
 * Documentation/driver-api/auxiliary_bus.rst, Documentation/networking/devlink/devlink-port.rst
 *
 * @param name module, type and number: {@code mlx5_core.sf.2}
 * @param sfnum a subfunction's number, which its user chose, 32 bits; absent for other types
 * @param driver the one that is bound
 */
public record AuxiliaryDevice(String name, Optional<Long> sfnum, Optional<String> driver) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([0-9]{1,10})");

  public AuxiliaryDevice {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "auxiliary device %s: want MODULE.TYPE.NUMBER such as \"mlx5_core.sf.2\""
              .formatted(Quoted.shortened(name)));
    }
  }

  /** Whether an auxiliary device can be called so. */
  public static boolean isName(String text) {
    return FORM.matcher(text).matches();
  }

  /** What it is, in its module's words: {@code sf} for a subfunction. */
  public String type() {
    Matcher parts = FORM.matcher(name);
    return parts.matches() ? parts.group(2) : "";
  }

  /** Those directly below the device at that path, by name. */
  public static List<AuxiliaryDevice> of(Sysfs sysfs, String device) {
    return sysfs.list(device).stream()
        .filter(AuxiliaryDevice::isName)
        .map(name -> read(sysfs, device + "/" + name, name))
        .toList();
  }

  private static AuxiliaryDevice read(Sysfs sysfs, String path, String name) {
    return new AuxiliaryDevice(
        name, sysfs.number(path + "/sfnum"), sysfs.linkTarget(path + "/driver"));
  }
}
