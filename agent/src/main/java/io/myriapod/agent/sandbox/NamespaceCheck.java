package io.myriapod.agent.sandbox;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import java.nio.file.Path;
import java.util.Optional;

/** Whether a path leads to a pod's namespace, and to which one. */
public final class NamespaceCheck {
  private final Node node;

  /** Looks with this node's eyes. */
  public NamespaceCheck(Node node) {
    this.node = node;
  }

  /** What must be known of a namespace before anything is done in it. */
  public record Seen(String id, boolean isNode) {}

  /**
   * Looks at it.
   *
   * @throws CniException 8 if nothing or something else is at the path
   */
  public Seen look(Path netns) {
    try (NetworkNamespace namespace = node.open(netns)) {
      return new Seen(namespace.id(), namespace.isNode());
    } catch (ErrnoException | NotANetworkNamespaceException e) {
      throw new CniException(
          ErrorCode.INVALID_NETNS,
          e.getMessage(),
          "CNI_NETNS must be the path of the container's network namespace");
    }
  }

  /**
   * Looks at the namespace of a container, which must not be the node's own.
   *
   * @param override the caller insists that it may be the node's
   * @throws CniException 8 if it is the node's, or no namespace
   */
  public Seen requirePod(Path netns, boolean override) {
    Seen seen = look(netns);
    if (seen.isNode() && !override) {
      throw new CniException(
          ErrorCode.INVALID_NETNS,
          "netns path \"%s\": plugin's netns and netns from CNI_NETNS should not be the same"
              .formatted(netns),
          "give the container's namespace; CNI_NETNS_OVERRIDE=1 allows the node's own");
    }
    return seen;
  }

  /**
   * Whether the namespace of an attachment is still found where it was. Only an absent path, a path
   * to something else or to another namespace says no: whatever else keeps one from looking proves
   * nothing.
   */
  public boolean isThere(AttachmentRecord record) {
    Optional<String> path = record.text("netns");
    if (path.isEmpty()) {
      return true;
    }
    try (NetworkNamespace namespace = node.open(Path.of(path.get()))) {
      return record.text("namespaceId").map(namespace.id()::equals).orElse(true);
    } catch (NotANetworkNamespaceException e) {
      return false;
    } catch (ErrnoException e) {
      return !e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR);
    }
  }
}
