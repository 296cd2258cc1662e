package io.myriapod.sriov;

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
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Arrival;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.GivenFunction;
import io.myriapod.vfio.given.Handover;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/** ADD of a virtual function. */
final class SriovAttach {
  private static final String WHAT = "a virtual function";

  private final Node node;
  private final FunctionChoice choice;
  private final FreeFunction free;
  private final Limits limits;
  private final Journal journal;
  private final Ipam ipam;
  private final LinkAddressing addressing;
  private final Lock lock;

  /**
   * @param lock held by those, too, that change devices, while they decide and record
   */
  SriovAttach(
      Node node,
      FunctionChoice choice,
      FreeFunction free,
      Limits limits,
      Journal journal,
      Ipam ipam,
      LinkAddressing addressing,
      Lock lock) {
    this.node = node;
    this.choice = choice;
    this.free = free;
    this.limits = limits;
    this.journal = journal;
    this.ipam = ipam;
    this.addressing = addressing;
    this.lock = lock;
  }

  /** Looks whether {@link #add} could take the function, now or once its holder has gone. */
  void validate(PluginRequest request, SriovConfig config) {
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      choice.choose(config, host);
      PodNamespace.requireFreeName(pod, request, WHAT);
    }
  }

  CniResult add(PluginRequest request, SriovConfig config) {
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    free.awaitTurn(config.device(), key, request.deadline());
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request);
        OpenRecord steps = journal.begin(key, request.facts())) {
      Optional<Link> link = take(request, config, host, pod, steps);
      CniResult leased = lease(request, key, steps).preferringDns(request.config().dns());
      CniResult result =
          link.map(one -> onLink(one, config.device(), request, leased)).orElse(leased);
      link.ifPresent(one -> addressing.configure(pod, one, result, config.dad()));
      steps.done();
      return result;
    }
  }

  /** Without a link of the function if programs drive it. */
  private static CniResult onLink(
      Link link, PciAddress device, PluginRequest request, CniResult leased) {
    Interface attached =
        Interface.ofDevice(
            link.name(),
            link.mac(),
            link.mtu(),
            request.requireNetns().toString(),
            Optional.of(device));
    return leased.onInterface(List.of(attached), 0);
  }

  /**
   * Looks, records, tells the card and moves, without anybody coming between.
   *
   * @return the link in the pod; empty if programs drive the function
   */
  private Optional<Link> take(
      PluginRequest request,
      SriovConfig config,
      NetworkNamespace host,
      NetworkNamespace pod,
      OpenRecord steps) {
    lock.lock();
    try {
      request.deadline().require("take virtual function %s".formatted(config.device()));
      FunctionChoice.Chosen chosen = choice.choose(config, host);
      free.requireFree(config.device(), steps.key());
      chosen.requireHere(config);
      PodNamespace.requireFreeName(pod, request, WHAT);
      steps.fact(AttachmentRecord.DEVICE, TextNode.valueOf(config.device().value()));
      chosen.card().ifPresent(card -> tell(card, chosen, config, steps));
      if (chosen.forPrograms()) {
        steps.will(new GivenFunction(config.device()).toInverse());
        return Optional.empty();
      }
      return Optional.of(move(chosen.link().orElseThrow(), request, config, host, pod, steps));
    } finally {
      lock.unlock();
    }
  }

  /** The MAC is put back in any case: a pod that is trusted may have changed it. */
  private void tell(Card card, FunctionChoice.Chosen chosen, SriovConfig config, OpenRecord steps) {
    CardSettings former = chosen.former().orElseThrow();
    steps.will(new GivenSettings(config.device(), former.macAlone()).beforeHomecoming());
    CardSettings touched = former.where(chosen.wanted()).withMac(Optional.empty());
    if (!touched.isEmpty()) {
      steps.will(new GivenSettings(config.device(), touched).afterHomecoming());
    }
    try {
      card.tell(chosen.wanted(), limits);
    } catch (ErrnoException e) {
      throw refused(card, e.getMessage(), e);
    } catch (UnheededException e) {
      throw refused(card, e.getMessage(), e);
    }
  }

  private static CniException refused(Card card, String finding, RuntimeException cause) {
    return new CniException(
        ErrorCode.KERNEL_REFUSED,
        "%s (driver %s)".formatted(finding, card.driver()),
        "remove that key from the network configuration, or see docs/sriov.md for what drivers can",
        cause);
  }

  private Link move(
      Link link,
      PluginRequest request,
      SriovConfig config,
      NetworkNamespace host,
      NetworkNamespace pod,
      OpenRecord steps) {
    Arrival arrival = new Arrival(request.interfaceName(), config.card().mac(), config.mtu());
    try {
      Link moved =
          new Handover(host, pod, request.requireNetns(), arrival, choice.tree()).give(link, steps);
      Links links = pod.links();
      config.allMulticast().ifPresent(on -> links.setAllMulticast(moved, on));
      config.promiscuous().ifPresent(on -> links.setPromiscuous(moved, on));
      return links.find(moved.index()).orElse(moved);
    } catch (ErrnoException e) {
      if (e.is(Errno.EEXIST)) {
        throw PodNamespace.nameTaken(request, WHAT);
      }
      throw e;
    }
  }

  private CniResult lease(PluginRequest request, AttachmentKey key, OpenRecord steps) {
    return ipam.allocateForLink(
        request,
        lease -> steps.will(new HeldLease(lease.dataDir(), lease.network(), key).toInverse()));
  }
}
