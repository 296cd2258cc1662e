package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.FunctionRange;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.Selector;
import io.myriapod.deviceplugin.config.VdpaType;
import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.device.NodeDevice.Physical;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One key of a selector.
 *
 * @param key as it is written in the configuration
 * @param wanted its values, for people
 * @param got what a device has, for people; absent if nothing, or if nobody can tell now: of an
 *     interface in a pod
 * @param test whether that allows a device
 */
record Criterion(
    String key,
    String wanted,
    Function<NodeDevice, Optional<String>> got,
    Predicate<NodeDevice> test) {
  private static final String DRIVERS = "drivers";
  private static final String VIRTUAL = "a virtual function";
  private static final String RDMA = "an RDMA device";

  /** Those that the selector has, the cheapest to ask first. */
  static List<Criterion> of(PoolConfig pool, Selector selector, DeviceTraits traits) {
    List<Criterion> all = new ArrayList<>();
    pool.driver().ifPresent(driver -> all.add(virtual()));
    among(all, "vendors", selector.vendors(), device -> Optional.of(device.vendor()));
    among(all, "devices", selector.devices(), device -> Optional.of(device.device()));
    drivers(all, pool, selector);
    among(all, "pciAddresses", selector.pciAddresses(), device -> Optional.of(device.id().value()));
    among(all, "auxTypes", selector.auxTypes(), NodeDevice::auxiliaryType);
    within(all, "pfNames", selector.pfNames(), Criterion::namesOfCard);
    within(all, "rootDevices", selector.rootDevices(), device -> List.of(device.card().value()));
    among(all, "linkTypes", selector.linkTypes(), NodeDevice::linkType);
    among(all, "acpiIndexes", selector.acpiIndexes(), traits::acpiIndex);
    among(all, "pKeys", selector.pKeys(), traits::partitionKey);
    among(all, "ddpProfiles", selector.ddpProfiles(), traits::ddpProfile);
    if (selector.isRdma()) {
      all.add(
          new Criterion(
              "isRdma",
              RDMA,
              device -> Optional.of(RDMA).filter(one -> traits.isRdma(device)),
              traits::isRdma));
    }
    selector
        .vdpaType()
        .map(VdpaType::word)
        .ifPresent(
            type ->
                among(
                    all,
                    "vdpaType",
                    List.of(type),
                    device -> traits.vdpaType(device).map(VdpaType::word)));
    return all;
  }

  /** No other device is given a driver. */
  private static Criterion virtual() {
    return new Criterion(
        "driver",
        VIRTUAL,
        device -> Optional.of(device.physical().isPresent() ? VIRTUAL : "another device"),
        device -> device.physical().isPresent());
  }

  /** Who gives a device its driver takes one without as well. */
  private static void drivers(List<Criterion> all, PoolConfig pool, Selector selector) {
    boolean given = pool.driver().isPresent();
    if (!selector.drivers().isEmpty()) {
      all.add(
          new Criterion(
              DRIVERS,
              list(selector.drivers()),
              NodeDevice::driver,
              device -> device.driver().map(selector.drivers()::contains).orElse(given)));
    }
  }

  private static void among(
      List<Criterion> all,
      String key,
      Collection<String> wanted,
      Function<NodeDevice, Optional<String>> got) {
    if (!wanted.isEmpty()) {
      all.add(
          new Criterion(
              key,
              list(wanted),
              got,
              device -> got.apply(device).filter(wanted::contains).isPresent()));
    }
  }

  private static String list(Collection<String> wanted) {
    return String.join(", ", new TreeSet<>(wanted));
  }

  private static void within(
      List<Criterion> all,
      String key,
      List<FunctionRange> wanted,
      Function<NodeDevice, List<String>> names) {
    if (!wanted.isEmpty()) {
      all.add(
          new Criterion(
              key,
              wanted.stream().map(FunctionRange::toString).collect(Collectors.joining(", ")),
              device -> place(names.apply(device), device),
              device ->
                  wanted.stream()
                      .filter(range -> range.includes(device.physical().map(Physical::index)))
                      .anyMatch(range -> isNamed(range, names.apply(device)))));
    }
  }

  private static boolean isNamed(FunctionRange range, List<String> names) {
    return names.stream().anyMatch(range.function()::equalsIgnoreCase);
  }

  private static List<String> namesOfCard(NodeDevice device) {
    return device.physical().map(Physical::linkNames).orElse(device.linkNames());
  }

  private static Optional<String> place(List<String> names, NodeDevice device) {
    String index = device.physical().map(one -> "#" + one.index()).orElse("");
    return Optional.of(String.join(", ", names))
        .filter(card -> !card.isEmpty())
        .map(card -> card + index);
  }

  /** Whether a device has something else than is wanted; not if nobody can tell what it has. */
  boolean denies(NodeDevice device) {
    return !test.test(device) && got.apply(device).isPresent();
  }

  boolean isAboutDrivers() {
    return key.equals(DRIVERS);
  }
}
