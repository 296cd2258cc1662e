package io.myriapod.base.hostdevice;

import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.CollectedErrors;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.plugin.TakesDevice;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.KernelRefusal;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.DeviceId;
import io.myriapod.vfio.given.DeadPods;
import io.myriapod.vfio.given.DeviceClaims;
import io.myriapod.vfio.given.FunctionHolders;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/** The CNI plugin {@code host-device}. */
public final class HostDevicePlugin implements Plugin, TakesDevice {
  public static final String TYPE = "host-device";

  private final Node node;
  private final Ipam ipam;
  private final DeviceSearch search;
  private final HostDeviceAttach attach;
  private final HostDeviceCheck check;
  private final UnknownDevice unknown;

  /**
   * @param lock held by those, too, that change devices, while they decide and record
   */
  public HostDevicePlugin(
      Node node,
      Journal journal,
      Ipam ipam,
      LinkAddressing addressing,
      Lock lock,
      DeadPods deadPods,
      Sysfs sysfs) {
    this.node = node;
    this.ipam = ipam;
    DeviceTree tree = new DeviceTree(sysfs);
    DeviceClaims claims = new DeviceClaims(journal);
    this.search = new DeviceSearch(tree, claims);
    this.attach =
        new HostDeviceAttach(
            node,
            search,
            new FunctionHolders(journal, new PciBus(sysfs)),
            deadPods,
            journal,
            ipam,
            addressing,
            lock);
    this.check = new HostDeviceCheck(node, tree, claims, ipam, addressing);
    this.unknown = new UnknownDevice(node, tree, claims, lock);
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** As {@link io.myriapod.cni.plugin.ConfigReader#read}. */
  public static void readConfig(PluginRequest request) {
    HostDeviceConfig.parse(request.config());
    Ipam.readConfig(request);
  }

  @Override
  public void validate(PluginRequest request) {
    HostDeviceConfig config = HostDeviceConfig.parse(request.config());
    ipam.validate(request);
    UnusedKeys.report(request.config());
    KernelRefusal.told(() -> attach.validate(request, config));
  }

  @Override
  public Optional<DeviceId> deviceOf(PluginRequest request) {
    HostDeviceConfig config = HostDeviceConfig.parse(request.config());
    return KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost()) {
            return search.find(host, config.selectors()).device().flatMap(DeviceId::of);
          }
        });
  }

  @Override
  public CniResult add(PluginRequest request) {
    HostDeviceConfig config = HostDeviceConfig.parse(request.config());
    return KernelRefusal.told(() -> attach.add(request, config));
  }

  @Override
  public void check(PluginRequest request) {
    HostDeviceConfig config = HostDeviceConfig.parse(request.config());
    KernelRefusal.told(() -> check.run(request, config));
  }

  /** Needs no readable config: an old pod must go away under any new one. */
  @Override
  public void delete(PluginRequest request) {
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(() -> KernelRefusal.told(() -> unknown.bringHome(request)));
    errors.attempt(() -> ipam.release(request));
    errors.raise();
  }

  @Override
  public void gc(GcRequest request) {
    ipam.gc(request);
  }

  /**
   * A device that a pod of ours has is no reason to complain: one pod at a time is all that it was
   * meant for, and the node must not turn NotReady by that. One that a device plugin is yet to
   * choose cannot be looked for.
   */
  @Override
  public void status(StatusRequest request) {
    ipam.status(request);
    List<DeviceSelector> selectors = HostDeviceConfig.selectors(request.config());
    if (!selectors.isEmpty()) {
      KernelRefusal.told(() -> requireDevice(selectors));
    }
  }

  private void requireDevice(List<DeviceSelector> selectors) {
    try (NetworkNamespace host = node.openHost()) {
      FoundDevice found = search.find(host, selectors);
      if (found instanceof FoundDevice.OnNode device) {
        DeviceUse.requireSpare(host, device.link());
      }
    } catch (CniException e) {
      throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
    }
  }
}
