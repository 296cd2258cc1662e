package io.myriapod.agent.migrate;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The namespace of a pod, which only a path tells. Runtimes never use a name twice; a process id
 * comes again, so that under one the namespace must have the pod's first interface, with the
 * address that the result gave it.
 */
final class OldNamespace {
  /** What no namespace has. */
  static final String GONE = "gone";

  private static final Path PROCESSES = Path.of("/proc");

  private OldNamespace() {}

  /**
   * Its identity, or {@link #GONE}.
   *
   * @throws CniException 8 if nobody can tell
   */
  static String id(Node node, OldPod pod) {
    if (pod.netns().isEmpty()) {
      return GONE;
    }
    Path path = pod.netns().get();
    try (NetworkNamespace namespace = node.open(path)) {
      if (namespace.isNode()) {
        return GONE;
      }
      if (path.startsWith(PROCESSES) && !hasFirst(namespace, pod)) {
        throw unclear(path + " has another first interface than the pod had");
      }
      return namespace.id();
    } catch (NotANetworkNamespaceException e) {
      return GONE;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return GONE;
      }
      throw unclear(e.getMessage());
    }
  }

  private static CniException unclear(String finding) {
    return new CniException(
        ErrorCode.INVALID_NETNS,
        finding,
        "restart the pod once Multus is gone, or delete its files if it is gone as well");
  }

  private static boolean hasFirst(NetworkNamespace namespace, OldPod pod) {
    Optional<String> mac =
        pod.attachments().stream()
            .filter(each -> each.interfaceName().equals(pod.sandboxInterface()))
            .flatMap(each -> each.cached().stream())
            .flatMap(cached -> cached.link().stream())
            .flatMap(link -> link.macAddress().stream())
            .map(Object::toString)
            .findFirst();
    return namespace
        .links()
        .find(pod.sandboxInterface().value())
        .filter(link -> mac.isEmpty() || mac.equals(link.mac().map(Object::toString)))
        .isPresent();
  }
}
