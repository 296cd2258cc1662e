package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.container.CdiSpecs;
import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.deviceplugin.container.DeviceInformation;
import io.myriapod.deviceplugin.container.GrantException;
import io.myriapod.deviceplugin.container.GrantedDevice;
import io.myriapod.deviceplugin.container.Grants;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.pool.AllocationException.Kind;
import io.myriapod.journal.JournalException;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.vfio.DriverChoice;
import io.myriapod.vfio.Lending;
import io.myriapod.vfio.Lending.Promise;
import io.myriapod.vfio.change.DeviceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares devices: looks at each once more, gives it the driver that its pool wants, and tells
 * what it is. That a pod before has not let go of it yet is no reason to refuse: the networks of
 * the new pod wait for that.
 *
 * @param cdi absent if device files are given directly
 */
public record ContainerAllocation(
    Sysfs sysfs,
    Lending lending,
    Grants grants,
    Optional<CdiSpecs> cdi,
    DeviceInformation information)
    implements Allocation {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerAllocation.class);

  @Override
  public ContainerGrant allocate(PoolConfig pool, List<Entry> devices, List<Entry> all) {
    devices.forEach(entry -> requireAsSeen(pool, entry));
    List<Promise> promises = new ArrayList<>();
    try {
      for (Entry entry : devices) {
        promise(pool, entry.device()).ifPresent(promises::add);
      }
      return grant(pool, granted(devices), granted(all));
    } catch (DeviceException e) {
      throw failed(pool, promises, "%s; %s".formatted(e.getMessage(), e.details()), e);
    } catch (GrantException | ErrnoException | UncheckedIOException | JournalException e) {
      throw failed(pool, promises, e.getMessage(), e);
    } catch (IOException e) {
      throw failed(pool, promises, e.toString(), e);
    } catch (RuntimeException e) {
      takeBack(promises, e);
      throw e;
    }
  }

  private ContainerGrant grant(
      PoolConfig pool, List<GrantedDevice> devices, List<GrantedDevice> all) throws IOException {
    ContainerGrant grant =
        cdi.isPresent() ? cdi.get().grant(pool, devices, all) : grants.grant(pool, devices);
    information.publish(pool.resource(), devices);
    return grant;
  }

  private static List<GrantedDevice> granted(List<Entry> entries) {
    return entries.stream().map(Entry::granted).toList();
  }

  /** What was seen when the pool was last looked at may not hold any more. */
  private void requireAsSeen(PoolConfig pool, Entry entry) {
    NodeDevice device = entry.device();
    if (!sysfs.exists(device.path())) {
      throw notReady(pool, "device %s: it is not there any more".formatted(device.id()));
    }
    if (pool.driver().isEmpty()) {
      String driver =
          sysfs
              .linkTarget(device.path() + "/driver")
              .orElseThrow(
                  () -> notReady(pool, "device %s: it has no driver".formatted(device.id())));
      Set<String> wanted = entry.granted().selector().drivers();
      if (!wanted.isEmpty() && !wanted.contains(driver)) {
        throw notReady(
            pool,
            "device %s: its driver is \"%s\" now, and the pool selects %s"
                .formatted(device.id(), driver, String.join(", ", new TreeSet<>(wanted))));
      }
    }
  }

  /** Nothing is promised of a device that is no PCI function. */
  private Optional<Promise> promise(PoolConfig pool, NodeDevice device) {
    if (device.isAuxiliary()) {
      return Optional.empty();
    }
    Promise promise =
        lending.promise(
            device.pci(), pool.driver().map(DriverChoice.Named::new), pool.resource().toString());
    promise
        .delay()
        .ifPresent(
            reason ->
                LOG.info(
                    "{}: {} gets its driver when the pod before has let go: {}",
                    pool.resource(),
                    device.id(),
                    reason));
    return Optional.of(promise);
  }

  private AllocationException failed(
      PoolConfig pool, List<Promise> promises, String finding, Exception cause) {
    AllocationException failure = notReady(pool, finding);
    failure.initCause(cause);
    takeBack(promises, failure);
    return failure;
  }

  private void takeBack(List<Promise> promises, RuntimeException failure) {
    for (Promise promise : promises) {
      try {
        lending.cancel(promise);
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
        LOG.warn("take back a promise of {}: {}", promise.function(), e.getMessage());
      }
    }
  }

  private static AllocationException notReady(PoolConfig pool, String finding) {
    return new AllocationException(
        Kind.NOT_READY, "allocate from %s: %s".formatted(pool.resource(), finding));
  }

  @Override
  public void requireReady(PoolConfig pool, List<Entry> devices) {
    for (Entry entry : devices) {
      Optional<String> driver = sysfs.linkTarget(entry.device().path() + "/driver");
      if (pool.driver().isPresent() && !driver.equals(pool.driver())) {
        throw notReady(
            pool,
            "device %s has %s and was to have \"%s\"; a network of the pod gives it that, when the"
                    .formatted(
                        entry.device().id(),
                        driver.map("driver \"%s\""::formatted).orElse("no driver"),
                        pool.driver().get())
                + " pod before has let go of it: is the agent the node's CNI plugin?");
      }
    }
    try {
      grants.grant(pool, granted(devices));
    } catch (GrantException e) {
      throw notReady(pool, e.getMessage());
    }
  }
}
