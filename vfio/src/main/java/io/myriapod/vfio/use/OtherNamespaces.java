package io.myriapod.vfio.use;

import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Links on top of a link of the node that live in other namespaces. The node's own namespace does
 * not show them, so every namespace is looked into that a process is in or that has a name.
 */
final class OtherNamespaces {
  private final Node node;
  private final Path proc;

  OtherNamespaces(Node node, Path proc) {
    this.node = node;
    this.proc = proc;
  }

  /** Those on top of it, in namespaces other than the node's. */
  List<Link> above(Link lower, List<String> knownPaths) {
    Set<Long> seen = new HashSet<>();
    List<Link> found = new ArrayList<>();
    try (NetworkNamespace host = node.openHost()) {
      for (Path path : paths(knownPaths)) {
        try (NetworkNamespace other = node.open(path)) {
          if (seen.add(other.cookie()) && !other.isNode()) {
            found.addAll(above(lower, host, other));
          }
        } catch (ErrnoException | NotANetworkNamespaceException e) {
          // it has ended, or has more links than anybody reads
        }
      }
    }
    return found;
  }

  private static List<Link> above(Link lower, NetworkNamespace host, NetworkNamespace other) {
    Optional<Integer> node = other.numberOf(host);
    if (node.isEmpty()) {
      return List.of();
    }
    return other.links().list().stream()
        .filter(link -> link.parentNamespace().equals(node))
        .filter(link -> link.parentIndex().equals(Optional.of(lower.index())))
        .filter(link -> !link.isKind("veth"))
        .toList();
  }

  /**
   * Whether a process is in that namespace, or it has a name.
   *
   * @throws ErrnoException if one cannot be opened that may be it
   */
  boolean has(String namespaceId) {
    for (Path path : paths(List.of())) {
      try (NetworkNamespace other = node.open(path)) {
        if (other.id().equals(namespaceId)) {
          return true;
        }
      } catch (NotANetworkNamespaceException e) {
        // a name that was left behind
      } catch (ErrnoException e) {
        if (!e.is(Errno.ENOENT) && !e.is(Errno.ESRCH)) {
          throw e; // "there is none" would take a device from whoever lives there
        }
      }
    }
    return false;
  }

  private Set<Path> paths(List<String> knownPaths) {
    Set<Path> paths = new LinkedHashSet<>();
    knownPaths.forEach(path -> paths.add(Path.of(path)));
    paths.addAll(node.namedNamespaces());
    Set<String> inodes = new HashSet<>();
    for (Path process : children(proc, "[0-9]*")) {
      Path namespace = process.resolve("ns/net");
      if (inode(namespace).filter(inodes::add).isPresent()) {
        paths.add(namespace);
      }
    }
    return paths;
  }

  private static Optional<String> inode(Path namespace) {
    try {
      return Optional.of(Files.readSymbolicLink(namespace).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<Path> children(Path folder, String pattern) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
      stream.forEach(children::add);
    } catch (IOException e) {
      return List.of();
    }
    return children;
  }
}
