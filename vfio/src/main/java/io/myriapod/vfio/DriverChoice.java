package io.myriapod.vfio;

import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.Quoted;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which driver a function shall have. */
public sealed interface DriverChoice {
  /** The driver's name; absent if the kernel chooses. */
  Optional<String> name();

  /** The driver of that name, or, if it is absent, the kernel's choice. As {@link Named} throws. */
  static DriverChoice of(Optional<String> name) {
    return name.<DriverChoice>map(Named::new).orElseGet(KernelDefault::new);
  }

  /** That one and no other. */
  record Named(String driver) implements DriverChoice {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}");

    /** Throws {@link IllegalArgumentException} that shows the offending value. */
    public Named {
      if (!FORM.matcher(driver).matches()) {
        throw new IllegalArgumentException(
            "driver %s: want a name of /sys/bus/pci/drivers such as \"vfio-pci\""
                .formatted(Quoted.shortened(driver)));
      }
    }

    @Override
    public Optional<String> name() {
      return Optional.of(driver);
    }

    /** Whether it needs an IOMMU group of its own. */
    boolean isVfio() {
      return DeviceTree.isVfio(driver);
    }

    @Override
    public String toString() {
      return "driver \"%s\"".formatted(driver);
    }
  }

  /** The one that the kernel binds by itself. */
  record KernelDefault() implements DriverChoice {
    @Override
    public Optional<String> name() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "its default driver";
    }
  }
}
