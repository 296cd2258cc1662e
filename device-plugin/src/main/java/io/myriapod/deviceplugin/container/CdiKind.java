package io.myriapod.deviceplugin.container;

import io.myriapod.deviceplugin.config.DeviceType;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.types.DeviceId;
import io.myriapod.types.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * How a pool is called in CDI. Container Device Interface, SPEC.md, "Kind" and "CDI Devices".
 *
 * @param vendor the prefix of the resource
 * @param deviceClass {@code net-pci}, {@code net-sf} or {@code net-accel}, as the SR-IOV network
 *     device plugin has them
 * @param resource the name after the prefix
 */
record CdiKind(String vendor, String deviceClass, String resource) {
  /** What the names of all files begin with. */
  static final String FILES = "sriov-dp-";

  private static final Pattern VENDOR = Pattern.compile("[a-z].*");
  private static final Pattern DEVICE =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.:-]*[A-Za-z0-9])?");
  private static final Pattern ANNOTATION =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,61}[A-Za-z0-9]");
  private static final int LONGEST_STEM = 200;

  /** Throws {@link IllegalArgumentException} that shows the offending value. */
  CdiKind {
    if (!VENDOR.matcher(vendor).matches()) {
      throw new IllegalArgumentException(
          "resource prefix %s: CDI wants one that begins with a letter"
              .formatted(Quoted.shortened(vendor)));
    }
  }

  static CdiKind of(PoolConfig pool) {
    ResourceName resource = pool.resource();
    return new CdiKind(resource.prefix(), classOf(pool.type()), resource.name());
  }

  private static String classOf(DeviceType type) {
    return switch (type) {
      case NET_DEVICE -> "net-pci";
      case ACCELERATOR -> "net-accel";
      case AUX_NET_DEVICE -> "net-sf";
    };
  }

  /** {@code vendor/class} */
  String kind() {
    return vendor + "/" + deviceClass;
  }

  static boolean canName(DeviceId device) {
    return DEVICE.matcher(device.value()).matches();
  }

  /** {@code vendor/class=device} */
  String nameOf(DeviceId device) {
    return kind() + "=" + device;
  }

  String fileName() {
    String stem = "%s-%s-%s".formatted(vendor, deviceClass, resource);
    return FILES + (stem.length() <= LONGEST_STEM ? stem : uuid(stem)) + ".json";
  }

  /**
   * The annotation that asks for devices of this pool. A container has one for each resource: of
   * two with one key the kubelet drops one. Keys: CDI's pkg/cdi/annotations.go.
   */
  String annotation() {
    String key = "%s_%s_%s".formatted(vendor, deviceClass, resource);
    return "cdi.k8s.io/"
        + (ANNOTATION.matcher(key).matches() ? key : deviceClass + "_" + uuid(key));
  }

  private static String uuid(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
