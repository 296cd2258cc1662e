package io.myriapod.base.tuning;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.MacAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ADD of the tuning plugin. */
final class TuningAttach {
  private final Node node;
  private final Journal journal;

  TuningAttach(Node node, Journal journal) {
    this.node = node;
    this.journal = journal;
  }

  CniResult add(PluginRequest request, TuningConfig config) {
    CniResult before = request.requirePrevResult();
    config.requireFitting(request, before);
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request);
        OpenRecord steps = journal.begin(key, request.facts())) {
      request.deadline().require("tune \"%s\"".formatted(request.interfaceName()));
      tune(request, config, new PodSysctls(pod.sysctls(), host.sysctls()), pod, steps);
      steps.done();
      return config.link().isNothing() ? before : told(before, request, config.link());
    }
  }

  private static void tune(
      PluginRequest request,
      TuningConfig config,
      PodSysctls sysctls,
      NetworkNamespace pod,
      OpenRecord steps) {
    if (config.sysctls().isEmpty() && config.link().isNothing()) {
      return;
    }
    String name = request.interfaceName().value();
    Optional<Link> link =
        config.link().isNothing() ? pod.links().find(name) : Optional.of(pod.links().require(name));
    Tuned tuned = planned(request, config, pod, link, sysctls.read(config.sysctls()));
    OpenRecord.Step step = steps.will(tuned.toInverse());
    Map<String, String> shown = sysctls.write(config.sysctls());
    if (!shown.equals(tuned.setSysctls())) {
      step.refine(tuned.sysctls(shown));
    }
    link.ifPresent(found -> change(request, config.link(), pod.links(), found));
  }

  private static Tuned planned(
      PluginRequest request,
      TuningConfig config,
      NetworkNamespace pod,
      Optional<Link> link,
      Map<String, String> former) {
    Map<String, String> set = new LinkedHashMap<>();
    config.sysctls().forEach(one -> set.put(one.path(), one.value()));
    return new Tuned(
        request.requireNetns().toString(),
        pod.id(),
        request.interfaceName(),
        link.map(Link::index).orElse(0),
        link.flatMap(Link::kind).orElse(""),
        link.map(config.link()::asOf).orElseGet(LinkTuning::nothing),
        config.link(),
        former,
        set);
  }

  private static void change(PluginRequest request, LinkTuning wanted, Links links, Link link) {
    for (LinkTuning.Change change : wanted.changes()) {
      try {
        change.request().accept(links, link);
      } catch (ErrnoException e) {
        throw refused(request, wanted, change, e);
      }
    }
    List<Link> now = links.find(link.index()).stream().toList();
    now.forEach(found -> requireTaken(found, wanted));
  }

  private static RuntimeException refused(
      PluginRequest request, LinkTuning wanted, LinkTuning.Change change, ErrnoException e) {
    if (!change.key().equals("mtu") || !e.is(Errno.EINVAL)) {
      return e;
    }
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "%s: \"mtu\" is %d: %s".formatted(request.config(), wanted.mtu().orElse(0), e.getMessage()),
        "a link has a least and a greatest MTU (`ip -d link`); a macvlan's is at most its parent's",
        e);
  }

  private static void requireTaken(Link link, LinkTuning wanted) {
    Findings findings = new Findings("tune \"%s\"".formatted(link.name()));
    wanted.compare(link, findings);
    try {
      findings.raise();
    } catch (CniException e) {
      throw new CniException(
          ErrorCode.KERNEL_REFUSED,
          e.getMessage(),
          "the kernel said yes and did not do it; ask the link's driver",
          e);
    }
  }

  /**
   * The link's interface in the result, with the MAC that it has now, and the MTU if it has one.
   */
  private static CniResult told(CniResult before, PluginRequest request, LinkTuning set) {
    String name = request.interfaceName().value();
    return before.withInterfaces(
        before.interfaces().stream()
            .map(one -> one.name().equals(name) && one.sandbox().isPresent() ? told(one, set) : one)
            .toList());
  }

  private static Interface told(Interface one, LinkTuning set) {
    return new Interface(
        one.name(),
        set.mac().map(MacAddress::toString).or(one::mac),
        one.mtu().map(mtu -> set.mtu().orElse(mtu)),
        one.sandbox(),
        one.socketPath(),
        one.pciId());
  }
}
