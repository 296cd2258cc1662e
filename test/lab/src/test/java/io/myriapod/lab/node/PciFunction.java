package io.myriapod.lab.node;

import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.kubelet.ContainerAnswer.DeviceNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One function on the PCI bus. Symlinks and attributes of {@code /sys/bus/pci/devices/ADDRESS}:
 * Documentation/ABI/testing/sysfs-bus-pci.
 *
 * @param address e.g. {@code 0000:01:10.0}
 */
public record PciFunction(String address) {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** Its folder in {@code /sys}. */
  public Path folder() {
    return Path.of("/sys/bus/pci/devices", address);
  }

  /** The driver that holds it; empty if none does. */
  public Optional<String> driver() {
    return target("driver");
  }

  /** The number of its IOMMU group; empty without an IOMMU. */
  public Optional<String> iommuGroup() {
    return target("iommu_group");
  }

  /** The files that a program needs to drive it by vfio, as a container gets them. */
  public List<DeviceNode> vfioFiles() {
    String group = "/dev/vfio/" + iommuGroup().orElseThrow();
    return List.of(
        new DeviceNode("/dev/vfio/vfio", "/dev/vfio/vfio", "rw"),
        new DeviceNode(group, group, "rw"));
  }

  /** The functions that share its IOMMU group, itself included, in order. */
  public List<String> iommuGroupMembers() {
    return names(folder().resolve("iommu_group/devices"));
  }

  /** Its link in this process's network namespace; empty without driver, or if it is elsewhere. */
  public Optional<String> link() {
    return names(folder().resolve("net")).stream().findFirst();
  }

  /** Waits for its link: a driver makes it some time after it was bound. */
  public String awaitLink() {
    return Waiting.untilPresent(SOON, "the link of " + address, this::link);
  }

  /**
   * Gives it to this driver and to no other, as {@code driverctl} does.
   *
   * @param driver e.g. {@code vfio-pci}
   */
  public void bind(String driver) {
    write("driver_override", driver);
    if (driver().isPresent()) {
      write("driver/unbind", address);
    }
    write(Path.of("/sys/bus/pci/drivers_probe"), address);
    if (!driver().equals(Optional.of(driver))) {
      throw new AssertionError(
          "bind %s to %s: its driver is %s".formatted(address, driver, driver()));
    }
  }

  /** Reads an attribute, without the line end. */
  public String read(String attribute) {
    try {
      return Files.readString(folder().resolve(attribute)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("read %s of %s".formatted(attribute, address), e);
    }
  }

  /** Writes an attribute. */
  public void write(String attribute, String value) {
    write(folder().resolve(attribute), value);
  }

  Optional<String> target(String symlink) {
    Path path = folder().resolve(symlink);
    if (!Files.isSymbolicLink(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readSymbolicLink(path).getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("read " + path, e);
    }
  }

  private static void write(Path file, String value) {
    try {
      Files.writeString(file, value);
    } catch (IOException e) {
      throw new UncheckedIOException("write \"%s\" to %s".formatted(value, file), e);
    }
  }

  private static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + folder, e);
    }
  }

  @Override
  public String toString() {
    return address;
  }
}
