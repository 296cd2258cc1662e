package io.myriapod.base.veth;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Interface;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkSpec;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A veth pair: one end on the node, one in the pod. Both get explicit MACs, or udev's {@code
 * MACAddressPolicy=persistent} would give the node's end another one some moments later.
 */
public record VethPair(Link hostEnd, Link podEnd) {
  private static final int ATTEMPTS = 8;

  /**
   * Makes the pair by one request, the pod's end directly in the pod under its final name. The
   * node's end takes no router advertisements: a pod is no router of the node.
   *
   * @throws CniException 103 if the pod has a link of that name
   */
  public static VethPair create(
      NetworkNamespace host,
      NetworkNamespace pod,
      InterfaceName podName,
      MacAddress podMac,
      Optional<Integer> mtu) {
    for (int attempt = 1; ; attempt++) {
      InterfaceName hostName = randomName();
      LinkSpec.Veth plain =
          LinkSpec.Veth.pair(hostName, podName)
              .withMac(MacAddress.random())
              .withPeerMac(podMac)
              .withPeerIn(pod);
      try {
        Link hostEnd = host.links().create(mtu.map(plain::withMtu).orElse(plain));
        host.sysctls().changeAll(Map.of(Sysctl.ofLink("ipv6", hostEnd.name(), "accept_ra"), "0"));
        return new VethPair(hostEnd, pod.links().require(podName.value()));
      } catch (ErrnoException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
        requireFree(pod, podName, e);
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** A link of the node as a result has it. */
  public static Interface onHost(Link link) {
    return Interface.onHost(link.name(), macOf(link), link.mtu());
  }

  /** The pod's end as a result has it. */
  public Interface inPod(Path netns) {
    return Interface.inContainer(podEnd.name(), macOf(podEnd), podEnd.mtu(), netns.toString());
  }

  private static MacAddress macOf(Link link) {
    return link.mac()
        .orElseThrow(
            () -> new IllegalStateException("link \"%s\" has no MAC".formatted(link.name())));
  }

  /** One of the two names is taken; the pod's is the caller's fault, the node's was bad luck. */
  private static void requireFree(NetworkNamespace pod, InterfaceName name, ErrnoException e) {
    if (pod.links().find(name.value()).isPresent()) {
      throw new CniException(
          ErrorCode.INTERFACE_EXISTS,
          "create veth \"%s\" in the pod: a link of that name is there".formatted(name),
          "give the network another interface name",
          e);
    }
  }

  /** As the reference plugin names them. */
  private static InterfaceName randomName() {
    return new InterfaceName("veth%08x".formatted(ThreadLocalRandom.current().nextInt()));
  }
}
