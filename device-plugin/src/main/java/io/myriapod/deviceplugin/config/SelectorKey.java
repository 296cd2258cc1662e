package io.myriapod.deviceplugin.config;

import static io.myriapod.deviceplugin.config.DeviceType.ACCELERATOR;
import static io.myriapod.deviceplugin.config.DeviceType.AUX_NET_DEVICE;
import static io.myriapod.deviceplugin.config.DeviceType.NET_DEVICE;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The keys of a selector, and which types of devices each can tell apart. */
enum SelectorKey {
  VENDORS("vendors", EnumSet.allOf(DeviceType.class), Selector::vendors),
  DEVICES("devices", EnumSet.allOf(DeviceType.class), Selector::devices),
  DRIVERS("drivers", EnumSet.allOf(DeviceType.class), Selector::drivers),
  PCI_ADDRESSES("pciAddresses", EnumSet.of(NET_DEVICE, ACCELERATOR), Selector::pciAddresses),
  ACPI_INDEXES("acpiIndexes", EnumSet.of(NET_DEVICE, ACCELERATOR), Selector::acpiIndexes),
  PF_NAMES("pfNames", EnumSet.of(NET_DEVICE, AUX_NET_DEVICE), Selector::pfNames),
  ROOT_DEVICES("rootDevices", EnumSet.of(NET_DEVICE, AUX_NET_DEVICE), Selector::rootDevices),
  LINK_TYPES("linkTypes", EnumSet.of(NET_DEVICE, AUX_NET_DEVICE), Selector::linkTypes),
  DDP_PROFILES("ddpProfiles", EnumSet.of(NET_DEVICE), Selector::ddpProfiles),
  P_KEYS("pKeys", EnumSet.of(NET_DEVICE), Selector::pKeys),
  AUX_TYPES("auxTypes", EnumSet.of(AUX_NET_DEVICE), Selector::auxTypes),
  IS_RDMA("isRdma", EnumSet.of(NET_DEVICE, AUX_NET_DEVICE), Selector::isRdma),
  NEED_VHOST_NET("needVhostNet", EnumSet.of(NET_DEVICE, AUX_NET_DEVICE), Selector::needVhostNet),
  VDPA_TYPE("vdpaType", EnumSet.of(NET_DEVICE), Selector::vdpaType);

  /** As they are written, in the order of the page. */
  static final List<String> WORDS = Arrays.stream(values()).map(SelectorKey::word).toList();

  private final String word;
  private final Set<DeviceType> types;
  private final Function<Selector, Object> value;

  SelectorKey(String word, Set<DeviceType> types, Function<Selector, Object> value) {
    this.word = word;
    this.types = types;
    this.value = value;
  }

  String word() {
    return word;
  }

  boolean appliesTo(DeviceType type) {
    return types.contains(type);
  }

  /** What the selector has under this key. */
  Object in(Selector selector) {
    return value.apply(selector);
  }
}
