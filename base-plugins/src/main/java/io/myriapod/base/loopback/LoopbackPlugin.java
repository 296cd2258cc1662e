package io.myriapod.base.loopback;

import io.myriapod.base.undo.NamespaceUndo;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.pod.KernelRefusal;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The CNI plugin {@code loopback}. It is about {@code lo}, whatever CNI_IFNAME says. */
public final class LoopbackPlugin implements Plugin {
  public static final String TYPE = "loopback";
  static final String LINK = "lo";
  private static final String NO_MAC = "00:00:00:00:00:00";

  private final Node node;
  private final Journal journal;

  public LoopbackPlugin(Node node, Journal journal) {
    this.node = node;
    this.journal = journal;
  }

  /** How to run the inverses that only this plugin records, by kind. */
  public Map<String, InverseHandler> inverseHandlers() {
    return Map.of(
        LoopbackUp.KIND,
        new NamespaceUndo<>(node, LoopbackUp::from, LoopbackUp::site, (up, pod) -> setDown(pod)));
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void validate(PluginRequest request) {
    UnusedKeys.report(request.config());
    KernelRefusal.told(
        () -> inPod(request, pod -> loopbackAddresses(pod, pod.links().require(LINK))));
  }

  @Override
  public CniResult add(PluginRequest request) {
    return KernelRefusal.told(() -> inPod(request, pod -> add(request, pod)));
  }

  private <T> T inPod(PluginRequest request, Function<NetworkNamespace, T> work) {
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      return work.apply(pod);
    }
  }

  private CniResult add(PluginRequest request, NetworkNamespace pod) {
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    try (OpenRecord steps = journal.begin(key, request.facts())) {
      Link link = pod.links().require(LINK);
      if (!link.isUp()) {
        String netns = request.requireNetns().toString();
        steps.will(new LoopbackUp(netns, pod.id()).toInverse());
        pod.links().setUp(link);
      }
      List<IpPrefix> addresses = loopbackAddresses(pod, link);
      steps.done();
      return request.prevResult().orElseGet(() -> result(request, addresses));
    }
  }

  /** Throws CniException 7 for one that is another's: traffic to it would stay in the pod. */
  private static List<IpPrefix> loopbackAddresses(NetworkNamespace pod, Link link) {
    List<IpPrefix> addresses =
        pod.addresses().list(link.index()).stream().map(one -> one.prefix()).toList();
    for (IpPrefix one : addresses) {
      if (!one.address().isLoopbackAddress()) {
        throw new CniException(
            ErrorCode.INVALID_NETNS,
            "set up \"lo\": it has %s, which is no loopback address".formatted(one),
            "the runtime must pass a pod's own namespace; remove the address, or this plugin");
      }
    }
    return addresses;
  }

  /** The first address of each family. */
  private static CniResult result(PluginRequest request, List<IpPrefix> addresses) {
    Interface lo =
        new Interface(
            LINK,
            Optional.of(NO_MAC),
            Optional.empty(),
            Optional.of(request.requireNetns().toString()),
            Optional.empty(),
            Optional.empty());
    List<Address> told =
        Stream.of(false, true)
            .flatMap(v6 -> addresses.stream().filter(one -> one.isV6() == v6).limit(1))
            .map(one -> new Address(one, Optional.empty(), Optional.of(0)))
            .toList();
    return CniResult.of(lo).withAddresses(told);
  }

  @Override
  public void check(PluginRequest request) {
    KernelRefusal.told(
        () ->
            inPod(
                request,
                pod -> {
                  LoopbackCheck.run(pod, request);
                  return pod;
                }));
  }

  @Override
  public void delete(PluginRequest request) {
    KernelRefusal.told(() -> PodNamespace.ifThere(node, request, LoopbackPlugin::setDown));
  }

  /** Keeps nothing outside of pods. */
  @Override
  public void gc(GcRequest request) {
    // nothing to free
  }

  /** Needs nothing of the node. */
  @Override
  public void status(StatusRequest request) {
    // always ready
  }

  private static void setDown(NetworkNamespace pod) {
    pod.links().find(LINK).ifPresent(pod.links()::setDown);
  }
}
