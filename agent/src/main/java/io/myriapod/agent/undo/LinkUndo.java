package io.myriapod.agent.undo;

import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Deletes links that were created, those of one namespace together, since the kernel waits some 15
 * ms for each single one. A link counts as ours only if its namespace, index and kind are the
 * recorded ones, and its MAC or its name. A namespace that is gone took its links with it.
 */
public final class LinkUndo implements InverseHandler {
  private final Node node;

  /** Deletes links of the node and of its pods. */
  public LinkUndo(Node node) {
    this.node = node;
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<Optional<String>, List<PendingInverse>> byNamespace =
        batch.stream()
            .collect(
                Collectors.groupingBy(
                    one -> CreatedLink.from(one.inverse()).netnsPath(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    byNamespace.forEach((path, ofOne) -> failures.putAll(undoIn(path, ofOne)));
    return failures;
  }

  private Map<PendingInverse, String> undoIn(Optional<String> path, List<PendingInverse> batch) {
    try (NetworkNamespace namespace =
        path.map(Path::of).map(node::open).orElseGet(node::openHost)) {
      return delete(namespace, batch);
    } catch (NotANetworkNamespaceException e) {
      return Map.of(); // an unmounted bind mount leaves a plain file behind
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return Map.of();
      }
      return batch.stream().collect(Collectors.toMap(one -> one, one -> e.getMessage()));
    }
  }

  private static Map<PendingInverse, String> delete(
      NetworkNamespace namespace, List<PendingInverse> batch) {
    Map<Link, PendingInverse> ours = new LinkedHashMap<>();
    String id = namespace.id();
    for (PendingInverse one : batch) {
      CreatedLink created = CreatedLink.from(one.inverse());
      if (created.namespaceId().map(id::equals).orElse(true)) {
        find(namespace.links(), created).ifPresent(link -> ours.put(link, one));
      }
    }
    Map<PendingInverse, String> failures = new HashMap<>();
    namespace
        .links()
        .deleteTogether(new ArrayList<>(ours.keySet()))
        .forEach((link, failure) -> failures.put(ours.get(link), failure.getMessage()));
    return failures;
  }

  /** Asks for the one link: a pod may have made a hundred thousand of its own beside it. */
  private static Optional<Link> find(Links links, CreatedLink created) {
    Optional<Link> found =
        created.index() == 0
            ? links.find(created.name().value()).filter(link -> hasBoth(link, created))
            : links.find(created.index()).filter(link -> hasEither(link, created));
    return found.filter(link -> link.isKind(created.linkKind()));
  }

  /** Created, or not: the kernel's answer was not recorded any more. */
  private static boolean hasBoth(Link link, CreatedLink created) {
    return hasName(link, created) && hasMac(link, created);
  }

  /** A pod with the right to do so may have renamed it or given it another MAC, not both. */
  private static boolean hasEither(Link link, CreatedLink created) {
    return hasName(link, created) || hasMac(link, created);
  }

  private static boolean hasName(Link link, CreatedLink created) {
    return link.name().equals(created.name().value());
  }

  private static boolean hasMac(Link link, CreatedLink created) {
    return link.mac().equals(Optional.of(created.mac()));
  }
}
