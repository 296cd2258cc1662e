package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.config.AllocationPolicy;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.deviceplugin.pool.AllocationException;
import io.myriapod.deviceplugin.pool.OfferedDevice;
import io.myriapod.deviceplugin.pool.Pool;
import io.myriapod.types.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A pool whose devices are what the test says, and that gives what is asked for. */
class FakePool implements Pool {
  static final ResourceName RESOURCE = new ResourceName("intel.com", "vf");

  private final ResourceName resource;
  private final boolean preStart;
  private final List<List<DeviceId>> allocated = new ArrayList<>();
  private volatile List<OfferedDevice> devices;
  private volatile int lastRead;
  private volatile Consumer<List<DeviceId>> onAllocate = ids -> {};

  FakePool(ResourceName resource, boolean preStart, List<OfferedDevice> devices) {
    this.resource = resource;
    this.preStart = preStart;
    this.devices = List.copyOf(devices);
  }

  /** The pool of {@link #RESOURCE} with that many devices. */
  static FakePool of(int count) {
    return new FakePool(RESOURCE, false, devices(count));
  }

  static FakePool named(String name, int count) {
    return new FakePool(new ResourceName("intel.com", name), false, devices(count));
  }

  /** Healthy ones, on one card. */
  static List<OfferedDevice> devices(int count) {
    return IntStream.range(0, count).mapToObj(FakePool::device).toList();
  }

  static OfferedDevice device(int index) {
    return new OfferedDevice(id(index), Optional.of(0), "0000:3b:00.0", Optional.empty());
  }

  static OfferedDevice ill(int index) {
    return new OfferedDevice(id(index), Optional.of(0), "0000:3b:00.0", Optional.of("no carrier"));
  }

  static DeviceId id(int index) {
    return new DeviceId("0000:3b:%02x.%x".formatted(2 + index / 8, index % 8));
  }

  void offer(List<OfferedDevice> next) {
    devices = List.copyOf(next);
  }

  /** How many devices there were when somebody asked last. */
  int lastRead() {
    return lastRead;
  }

  void onAllocate(Consumer<List<DeviceId>> next) {
    onAllocate = next;
  }

  synchronized List<List<DeviceId>> allocated() {
    return List.copyOf(allocated);
  }

  @Override
  public ResourceName resource() {
    return resource;
  }

  @Override
  public AllocationPolicy policy() {
    return AllocationPolicy.PACKED;
  }

  @Override
  public boolean needsPreStart() {
    return preStart;
  }

  @Override
  public List<OfferedDevice> devices() {
    List<OfferedDevice> now = devices;
    lastRead = now.size();
    return now;
  }

  @Override
  public ContainerGrant allocate(List<DeviceId> ids) {
    requireReady(ids);
    onAllocate.accept(ids);
    synchronized (this) {
      allocated.add(ids);
    }
    return new ContainerGrant(
        Map.of(
            "PCIDEVICE",
            ids.stream().map(DeviceId::value).sorted().collect(Collectors.joining(","))),
        List.of(new ContainerGrant.Node("/dev/vfio/noiommu-7", "/dev/vfio/7")),
        Map.of("note", "text"),
        List.of("intel.com/net=one"));
  }

  @Override
  public void requireReady(List<DeviceId> ids) {
    for (DeviceId id : ids) {
      OfferedDevice device =
          devices.stream()
              .filter(one -> one.id().equals(id))
              .findFirst()
              .orElseThrow(
                  () ->
                      new AllocationException(
                          AllocationException.Kind.NOT_OFFERED,
                          "allocate %s: %s has no such device".formatted(id, resource)));
      device
          .illness()
          .ifPresent(
              illness -> {
                throw new AllocationException(
                    AllocationException.Kind.NOT_READY,
                    "allocate %s: it is ill: %s".formatted(id, illness));
              });
    }
  }
}
