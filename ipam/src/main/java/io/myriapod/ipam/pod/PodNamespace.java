package io.myriapod.ipam.pod;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The pod's namespace as a request names it. */
public final class PodNamespace {
  private PodNamespace() {}

  /**
   * Opens it; the caller closes it.
   *
   * @throws CniException 4 if there is no path, 8 if there is no namespace at it or the node's own
   */
  public static NetworkNamespace open(Node node, NetworkNamespace host, PluginRequest request) {
    Path path = request.requireNetns();
    NetworkNamespace pod = open(node, path);
    if (same(pod, host)) {
      pod.close();
      throw invalid("netns path \"%s\" is the node's own network namespace".formatted(path));
    }
    return pod;
  }

  /**
   * Throws CniException 103 if the pod has a link of the request's name.
   *
   * @param what is to be moved there: {@code a host device}
   */
  public static void requireFreeName(NetworkNamespace pod, PluginRequest request, String what) {
    if (pod.links().find(request.interfaceName().value()).isPresent()) {
      throw nameTaken(request, what);
    }
  }

  /** The same error for a link that came there meanwhile. */
  public static CniException nameTaken(PluginRequest request, String what) {
    return new CniException(
        ErrorCode.INTERFACE_EXISTS,
        "move %s into the pod as \"%s\": a link of that name is there"
            .formatted(what, request.interfaceName()),
        "give the network another interface name");
  }

  /**
   * Deletes the request's link of that kind from the pod, if there is a path, a namespace and such
   * a link. Never from the node's namespace, whatever path was given.
   */
  public static void deleteLink(Node node, PluginRequest request, String kind) {
    ifThere(node, request, pod -> deleteLink(pod, request.interfaceName().value(), kind));
  }

  /**
   * Works on it, if there is a path and a namespace at it. Never on the node's, whatever path was
   * given.
   */
  public static void ifThere(Node node, PluginRequest request, Consumer<NetworkNamespace> work) {
    openIfThere(node, request)
        .ifPresent(
            namespace -> {
              try (NetworkNamespace pod = namespace;
                  NetworkNamespace host = node.openHost()) {
                if (!same(pod, host)) {
                  work.accept(pod);
                }
              }
            });
  }

  private static void deleteLink(NetworkNamespace pod, String name, String kind) {
    try {
      pod.links().find(name).filter(link -> link.isKind(kind)).ifPresent(pod.links()::delete);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENODEV)) {
        throw e;
      }
    }
  }

  private static Optional<NetworkNamespace> openIfThere(Node node, PluginRequest request) {
    try {
      return request.netns().map(node::open);
    } catch (NotANetworkNamespaceException e) {
      return Optional.empty(); // the mount is gone, its mount point stayed
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** By inode, which needs no visit; two namespaces that are open never share one. */
  private static boolean same(NetworkNamespace one, NetworkNamespace other) {
    return inode(one).equals(inode(other));
  }

  private static Object inode(NetworkNamespace namespace) {
    try {
      return Files.getAttribute(Path.of("/proc/self/fd/" + namespace.fd()), "unix:ino");
    } catch (IOException e) {
      throw new UncheckedIOException("look at a network namespace: " + e.getMessage(), e);
    }
  }

  private static NetworkNamespace open(Node node, Path path) {
    try {
      return node.open(path);
    } catch (ErrnoException | NotANetworkNamespaceException e) {
      throw invalid(e.getMessage());
    }
  }

  private static CniException invalid(String finding) {
    return new CniException(
        ErrorCode.INVALID_NETNS, finding, "the runtime must pass the pod's network namespace");
  }
}
