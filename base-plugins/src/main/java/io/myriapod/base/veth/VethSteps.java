package io.myriapod.base.veth;

import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.Ipam;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/**
 * The steps of an ADD that every plugin with a veth pair has, each announced to the journal before
 * it is done. For try-with-resources: leaving without {@link #done()} undoes them.
 */
public final class VethSteps implements AutoCloseable {
  private final PluginRequest request;
  private final OpenRecord record;

  private VethSteps(PluginRequest request, OpenRecord record) {
    this.request = request;
    this.record = record;
  }

  /** Opens the record of the request's interface, or joins the one that is open. */
  public static VethSteps begin(Journal journal, PluginRequest request) {
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    return new VethSteps(request, journal.begin(key, request.facts()));
  }

  /** The record, for steps of the plugin's own. */
  public OpenRecord record() {
    return record;
  }

  /**
   * Makes the pair; both ends are down.
   *
   * @param mac of the pod's end; empty: a random one
   * @throws io.myriapod.cni.error.CniException 103 if the pod has a link of the request's name
   */
  public VethPair createPair(
      NetworkNamespace host,
      NetworkNamespace pod,
      Optional<MacAddress> mac,
      Optional<Integer> mtu) {
    request.deadline().require("create \"%s\"".formatted(request.interfaceName()));
    CreatedLink link =
        CreatedLink.planned(
            request.requireNetns(),
            pod.id(),
            request.interfaceName(),
            "veth",
            mac.orElseGet(MacAddress::random));
    OpenRecord.Step step = record.will(link.toInverse());
    VethPair pair = VethPair.create(host, pod, link.name(), link.mac(), mtu);
    step.refine(link.withIndex(pair.podEnd().index()).data());
    return pair;
  }

  /** Takes the addresses that the configuration's {@code ipam} gives; empty without one. */
  public CniResult lease(Ipam ipam) {
    return ipam.allocateForLink(
        request,
        lease ->
            record.will(new HeldLease(lease.dataDir(), lease.network(), record.key()).toInverse()));
  }

  /** All succeeded. */
  public void done() {
    record.done();
  }

  @Override
  public void close() {
    record.close();
  }
}
