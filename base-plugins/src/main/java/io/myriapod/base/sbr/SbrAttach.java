package io.myriapod.base.sbr;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.MacAddress;
import java.time.Duration;
import java.util.List;

/** ADD of the sbr plugin. */
final class SbrAttach {
  private static final Duration LONGEST_LOCK = Duration.ofSeconds(10);

  private final Node node;
  private final Journal journal;

  SbrAttach(Node node, Journal journal) {
    this.node = node;
    this.journal = journal;
  }

  /** The previous result, unchanged, as the reference plugin gives it. */
  CniResult add(PluginRequest request, SbrConfig config) {
    CniResult before = request.requirePrevResult();
    List<Address> addresses = SbrConfig.addresses(request, before);
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request);
        OpenRecord steps = journal.begin(key, request.facts())) {
      lock(request, pod);
      RoutedSources sources = plan(request, config, addresses, pod);
      steps.will(sources.toInverse());
      apply(pod, sources);
      steps.done();
      return before;
    }
  }

  /** Against a reference sbr in the same pod, which may be choosing a free table as well. */
  private static void lock(PluginRequest request, NetworkNamespace pod) {
    Duration left = request.deadline().remaining();
    if (!pod.lock(left.compareTo(LONGEST_LOCK) < 0 ? left : LONGEST_LOCK)) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "route by source in \"%s\": somebody else keeps its network namespace locked"
              .formatted(request.requireNetns()),
          "another plugin at work in the same pod; see who has it with `lslocks`");
    }
  }

  private static RoutedSources plan(
      PluginRequest request, SbrConfig config, List<Address> addresses, NetworkNamespace pod) {
    Link link = pod.links().require(request.interfaceName().value());
    SbrPlan plan =
        new SbrPlan(config, addresses, link.index(), RoutingState.read(pod, link.index()));
    return new RoutedSources(
        request.requireNetns().toString(),
        pod.id(),
        link.name(),
        link.mac().map(MacAddress::toString).orElse(""),
        link.index(),
        plan.rules(),
        plan.routes(),
        plan.taken(),
        plan.hinted(),
        plan.hints());
  }

  /**
   * In an order in which there is a way for every packet, but for an instant to a hinted subnet.
   */
  private static void apply(NetworkNamespace pod, RoutedSources sources) {
    sources.routes().forEach(pod.routes()::add);
    sources.rules().forEach(pod.rules()::add);
    for (int i = 0; i < sources.hints().size(); i++) {
      SbrUndo.exchange(pod.routes(), sources.hinted().get(i), sources.hints().get(i));
    }
    sources.taken().forEach(pod.routes()::delete);
  }
}
