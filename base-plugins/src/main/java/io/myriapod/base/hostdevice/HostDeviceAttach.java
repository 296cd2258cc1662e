package io.myriapod.base.hostdevice;

import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.UndoClass;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Arrival;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.DeadPods;
import io.myriapod.vfio.given.DeviceClaims;
import io.myriapod.vfio.given.DeviceClaims.Claim;
import io.myriapod.vfio.given.FunctionHolders;
import io.myriapod.vfio.given.FunctionHolders.Hindrance;
import io.myriapod.vfio.given.GivenDevice;
import io.myriapod.vfio.given.GivenFunction;
import io.myriapod.vfio.given.Handover;
import io.myriapod.vfio.given.Homecoming;
import io.myriapod.vfio.given.NotAsBeforeException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/** ADD of the host-device plugin. */
final class HostDeviceAttach {
  private static final String WHAT = "a host device";

  private final Node node;
  private final DeviceSearch search;
  private final FunctionHolders holders;
  private final DeadPods deadPods;
  private final Journal journal;
  private final DeviceClaims claims;
  private final Ipam ipam;
  private final LinkAddressing addressing;
  private final Lock lock;

  HostDeviceAttach(
      Node node,
      DeviceSearch search,
      FunctionHolders holders,
      DeadPods deadPods,
      Journal journal,
      Ipam ipam,
      LinkAddressing addressing,
      Lock lock) {
    this.node = node;
    this.search = search;
    this.holders = holders;
    this.deadPods = deadPods;
    this.journal = journal;
    this.claims = new DeviceClaims(journal);
    this.ipam = ipam;
    this.addressing = addressing;
    this.lock = lock;
  }

  /** Looks whether {@link #add} could take the device now; changes nothing. */
  void validate(PluginRequest request, HostDeviceConfig config) {
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      DeviceUse.require(
          host, search.find(host, config.selectors()), request.container(), claims, holders.bus());
      PodNamespace.requireFreeName(pod, request, WHAT);
    }
  }

  CniResult add(PluginRequest request, HostDeviceConfig config) {
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    cleanUpAfterTheDead(request, config, key);
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request);
        OpenRecord steps = journal.begin(key, request.facts())) {
      Optional<Taken> taken = take(request, config, host, pod, steps);
      CniResult leased = lease(request, key, steps).preferringDns(request.config().dns());
      CniResult result = taken.map(one -> one.result(request, leased)).orElse(leased);
      taken.ifPresent(one -> addressing.configure(pod, one.link(), result, config.dad()));
      steps.done();
      return result;
    }
  }

  /** The device in the pod. */
  private record Taken(Link link, Optional<PciAddress> pci) {
    CniResult result(PluginRequest request, CniResult leased) {
      Interface attached =
          Interface.ofDevice(
              link.name(), link.mac(), link.mtu(), request.requireNetns().toString(), pci);
      return leased.onInterface(List.of(attached), 0);
    }
  }

  /**
   * Looks and takes without anybody coming between. Empty if programs drive the device: then there
   * is no link to move.
   */
  private Optional<Taken> take(
      PluginRequest request,
      HostDeviceConfig config,
      NetworkNamespace host,
      NetworkNamespace pod,
      OpenRecord steps) {
    lock.lock();
    try {
      request.deadline().require("take a host device as \"%s\"".formatted(request.interfaceName()));
      FoundDevice found = search.find(host, config.selectors());
      DeviceUse.require(host, found, request.container(), claims, holders.bus());
      if (found instanceof FoundDevice.OnNode device) {
        device.pci().ifPresent(pci -> claim(pci, device.stray(), steps));
        Link link = asItWas(host, device);
        return Optional.of(new Taken(move(request, link, host, pod, steps), device.pci()));
      }
      if (found instanceof FoundDevice.ForPrograms function) {
        claim(function.pci(), Optional.empty(), steps);
        steps.will(new GivenFunction(function.pci()).toInverse());
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** A function that is on the node although a pod has it: that pod may be dead. */
  private void cleanUpAfterTheDead(
      PluginRequest request, HostDeviceConfig config, AttachmentKey key) {
    Optional<AttachmentRecord> dead;
    try (NetworkNamespace host = node.openHost()) {
      dead =
          search.find(host, config.selectors()) instanceof FoundDevice.OnNode device
              ? device.pci().flatMap(pci -> holders.other(pci, key))
              : Optional.empty();
    }
    dead.ifPresent(holder -> deadPods.undo(holder, request.deadline().remaining()));
  }

  /**
   * Throws CniException 11 if somebody has it, but for a dead pod of which nothing is to be undone
   * but that very move: that is done here.
   */
  private void claim(PciAddress pci, Optional<Claim> stray, OpenRecord steps) {
    Optional<AttachmentRecord> holder = holders.other(pci, steps.key());
    boolean ours = holder.isEmpty() || stray.isPresent() && isMoveAlone(holder.get());
    Optional<Hindrance> hindrance =
        ours ? holders.changing(pci) : holders.against(pci, steps.key());
    hindrance.ifPresent(
        one -> {
          throw new CniException(
              one.own() ? ErrorCode.INVALID_CONFIG : ErrorCode.TRY_AGAIN_LATER,
              "take host device \"%s\": %s".formatted(pci, one.finding()),
              one.whatToDo());
        });
    steps.fact(AttachmentRecord.DEVICE, TextNode.valueOf(pci.value()));
  }

  private static boolean isMoveAlone(AttachmentRecord holder) {
    return holder.quarantine().isEmpty()
        && holder.inverses().stream()
            .filter(inverse -> inverse.undoClass() != UndoClass.LEASE)
            .allMatch(inverse -> inverse.kind().equals(GivenDevice.KIND));
  }

  /** A device that came home by itself, from a dead pod, has that pod's name and settings. */
  private static Link asItWas(NetworkNamespace host, FoundDevice.OnNode device) {
    Optional<Claim> stray = device.stray();
    if (stray.isEmpty()) {
      return device.link();
    }
    try {
      Homecoming.restore(host, device.link(), stray.get().device().state());
    } catch (NotAsBeforeException e) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "take host device %s: %s".formatted(device, e.getMessage()),
          "docs/sriov.md says how to mend it by hand",
          e);
    }
    return host.links().find(device.link().index()).orElse(device.link());
  }

  private Link move(
      PluginRequest request,
      Link link,
      NetworkNamespace host,
      NetworkNamespace pod,
      OpenRecord steps) {
    PodNamespace.requireFreeName(pod, request, WHAT);
    try {
      return new Handover(
              host, pod, request.requireNetns(), Arrival.as(request.interfaceName()), search.tree())
          .give(link, steps);
    } catch (ErrnoException e) {
      throw refused(request, link, e);
    }
  }

  private static CniException refused(PluginRequest request, Link link, ErrnoException e) {
    if (e.is(Errno.EEXIST)) {
      return PodNamespace.nameTaken(request, WHAT);
    }
    return new CniException(
        e.is(Errno.EINVAL) ? ErrorCode.PARENT_UNUSABLE : ErrorCode.KERNEL_REFUSED,
        e.getMessage(),
        "look at \"%s\" with `ip -d link`: some kinds of links cannot leave the node"
            .formatted(link.name()),
        e);
  }

  private CniResult lease(PluginRequest request, AttachmentKey key, OpenRecord steps) {
    return ipam.allocateForLink(
        request,
        lease -> steps.will(new HeldLease(lease.dataDir(), lease.network(), key).toInverse()));
  }
}
