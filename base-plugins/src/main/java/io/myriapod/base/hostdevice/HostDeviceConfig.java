package io.myriapod.base.hostdevice;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of a host-device config, as the reference plugin reads them, and {@code dad} of our own.
 *
 * @param selectors in the reference's order of precedence; all must mean the same device
 */
record HostDeviceConfig(List<DeviceSelector> selectors, DadPolicy dad) {
  private static final String DEVICES = "/sys/devices/";
  private static final Set<Path> NO_DEVICES =
      Set.of(Path.of("/sys/devices"), Path.of("/sys/devices/virtual"));

  HostDeviceConfig {
    selectors = List.copyOf(selectors);
  }

  /**
   * Reads all keys and touches nothing. Throws CniException 7 that names key, value, allowed; also
   * if no key names a device.
   */
  static HostDeviceConfig parse(NetworkConfig config) {
    HostDeviceConfig parsed = new HostDeviceConfig(selectors(config), DadPolicy.of(config));
    if (parsed.selectors.isEmpty()) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "%s: none of \"device\", \"hwaddr\", \"kernelpath\" and \"pciBusID\" is set"
              .formatted(config.root().where()),
          "name the device by one of them; or let a device plugin give it: then the capability"
              + " \"deviceID\" must be set");
    }
    return parsed;
  }

  /** The same without requiring any: before an ADD a device plugin has not chosen yet. */
  static List<DeviceSelector> selectors(NetworkConfig config) {
    ConfigObject root = config.root();
    List<DeviceSelector> found = new ArrayList<>();
    text(root, "device").ifPresent(name -> found.add(byName(root, name)));
    text(root, "hwaddr").ifPresent(mac -> found.add(byMac(root, mac)));
    text(root, "kernelpath").ifPresent(path -> found.add(byKernelPath(root, path)));
    Optional<String> pciBusId = text(root, "pciBusID");
    text(config.runtimeConfig(), "deviceID")
        .map(id -> byDeviceId(config.runtimeConfig(), id))
        .or(() -> pciBusId.map(pci -> byPci(root, pci)))
        .ifPresent(found::add);
    return found;
  }

  private static Optional<String> text(ConfigObject object, String key) {
    return object.string(key).filter(text -> !text.isEmpty());
  }

  private static DeviceSelector byName(ConfigObject root, String name) {
    boolean fits = name.length() <= 127 && name.matches("[^/\\s\\p{Cntrl}]+");
    if (!fits || name.equals(".") || name.equals("..")) {
      throw root.invalid("device", name, "a link's name, or an alternative name of one");
    }
    return new DeviceSelector.ByName(name);
  }

  /** Go's net.ParseMAC also reads three groups with dots. */
  private static DeviceSelector byMac(ConfigObject root, String text) {
    boolean dotted = text.matches("[0-9a-fA-F]{4}(\\.[0-9a-fA-F]{4}){2}");
    String pairs = dotted ? text.replace(".", "").replaceAll("..(?=.)", "$0:") : text;
    try {
      return new DeviceSelector.ByMac(MacAddress.parse(pairs));
    } catch (IllegalArgumentException e) {
      throw root.invalid("hwaddr", text, "six hexadecimal pairs such as \"02:00:5e:10:00:01\"");
    }
  }

  private static DeviceSelector byKernelPath(ConfigObject root, String text) {
    try {
      Path path = Path.of(text).normalize();
      if (text.startsWith(DEVICES) && path.startsWith(DEVICES) && !NO_DEVICES.contains(path)) {
        return new DeviceSelector.ByKernelPath(Path.of("/sys").relativize(path).toString());
      }
    } catch (IllegalArgumentException e) {
      // as any other text that is no such path
    }
    throw root.invalid("kernelpath", text, "the directory of a device below " + DEVICES);
  }

  private static DeviceSelector byPci(ConfigObject root, String text) {
    try {
      return new DeviceSelector.ByPci("pciBusID", new PciAddress(text));
    } catch (IllegalArgumentException e) {
      throw root.invalid("pciBusID", text, "a PCI address such as \"0000:01:10.2\"");
    }
  }

  private static DeviceSelector byDeviceId(ConfigObject runtimeConfig, String text) {
    try {
      return new DeviceSelector.ByPci("deviceID", new PciAddress(text));
    } catch (IllegalArgumentException e) {
      if (text.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+")) {
        return new DeviceSelector.ByAuxiliary("deviceID", text);
      }
      throw runtimeConfig.invalid(
          "deviceID", text, "a PCI address, or an auxiliary device such as \"mlx5_core.sf.4\"");
    }
  }
}
