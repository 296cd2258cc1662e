package io.myriapod.ipam.pod;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Interface;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.Optional;

/** Compares links with the interfaces that {@code prevResult} lists. */
public final class InterfaceCheck {
  private InterfaceCheck() {}

  /**
   * The request's link in the pod, compared with {@code prevResult}.
   *
   * @param kind that the link must be of
   * @throws CniException 106 if the pod or the result lacks it altogether
   */
  public static Link inPod(
      NetworkNamespace pod, PluginRequest request, String kind, Findings findings) {
    return inPod(pod, request, Optional.of(kind), findings);
  }

  /** The same for a link that may be of any kind. */
  public static Link inPod(NetworkNamespace pod, PluginRequest request, Findings findings) {
    return inPod(pod, request, Optional.empty(), findings);
  }

  private static Link inPod(
      NetworkNamespace pod, PluginRequest request, Optional<String> kind, Findings findings) {
    String name = request.interfaceName().value();
    Link link =
        pod.links()
            .find(name)
            .orElseThrow(() -> failed("link \"%s\" is not in the pod".formatted(name)));
    Interface attached =
        request.requirePrevResult().interfaces().stream()
            .filter(one -> one.name().equals(name) && one.sandbox().isPresent())
            .findFirst()
            .orElseThrow(
                () -> failed("prevResult has no interface \"%s\" in a sandbox".formatted(name)));
    findings.same(
        "sandbox of prevResult", attached.sandbox().orElse(""), request.requireNetns().toString());
    compare(link, kind.orElse(kindOf(link)), attached, findings);
    return link;
  }

  /** Compares kind, MAC and MTU, as far as the result has them; and the link must be up. */
  public static void compare(Link link, String kind, Interface attached, Findings findings) {
    String subject = "link \"%s\"".formatted(link.name());
    findings.same("kind of " + subject, kindOf(link), kind);
    attached
        .macAddress()
        .ifPresent(mac -> findings.same("MAC of " + subject, link.mac(), Optional.of(mac)));
    attached
        .mtu()
        .filter(mtu -> mtu > 0)
        .ifPresent(mtu -> findings.same("MTU of " + subject, link.mtu(), mtu));
    findings.so(link.isUp(), subject + " is down");
  }

  private static String kindOf(Link link) {
    return link.kind().orElse("hardware");
  }

  private static CniException failed(String finding) {
    return new CniException(ErrorCode.CHECK_FAILED, finding, "make the pod anew");
  }
}
