package io.myriapod.child.link;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The children that a parent has already, as far as they can be known: those beside it in its own
 * namespace, and those that the journal has in pods. The kernel lists nowhere what lies in other
 * namespaces.
 */
public final class Siblings {
  /** The record's fact: index of the parent on the node. */
  static final String PARENT = "parentIndex";

  private final Node node;
  private final Journal journal;
  private final NetworkNamespace namespace;
  private final Link parent;
  private final boolean inPod;

  Siblings(Node node, Journal journal, NetworkNamespace namespace, Link parent, boolean inPod) {
    this.node = node;
    this.journal = journal;
    this.namespace = namespace;
    this.parent = parent;
    this.inPod = inPod;
  }

  /** One of such a kind of which that holds, be it beside the parent or in a pod. */
  public Optional<Sibling> any(Set<String> kinds, Predicate<Link> wanted) {
    Optional<Sibling> beside =
        namespace.links().list().stream()
            .filter(link -> link.parentNamespace().isEmpty())
            .filter(link -> link.parentIndex().equals(Optional.of(parent.index())))
            .filter(link -> kinds.contains(link.kind().orElse("")))
            .filter(wanted)
            .findFirst()
            .map(link -> new Sibling(link, inPod ? "the pod" : "the node"));
    return beside.or(() -> inPods(kinds, wanted));
  }

  /**
   * The same of those alone that the journal has. Each of such a kind costs a visit of its pod's
   * namespace, until one is found; those of other kinds cost nothing.
   */
  public Optional<Sibling> inPods(Set<String> kinds, Predicate<Link> wanted) {
    return inPod
        ? Optional.empty()
        : journal.all().stream()
            .filter(record -> record.fact(PARENT).map(JsonNode::intValue).equals(index()))
            .flatMap(record -> children(record, kinds).filter(one -> wanted.test(one.link())))
            .findFirst();
  }

  private Optional<Integer> index() {
    return Optional.of(parent.index());
  }

  private Stream<Sibling> children(AttachmentRecord record, Set<String> kinds) {
    return record.inverses().stream()
        .filter(inverse -> inverse.kind().equals(CreatedLink.KIND))
        .map(CreatedLink::from)
        .filter(created -> kinds.contains(created.linkKind()))
        .flatMap(created -> present(created).stream())
        .map(link -> new Sibling(link, "container \"%s\"".formatted(record.key().container())));
  }

  /** An index is given out again, and a namespace may be gone: the link has the last word. */
  private Optional<Link> present(CreatedLink created) {
    try (NetworkNamespace pod =
        created.netnsPath().map(Path::of).map(node::open).orElseGet(node::openHost)) {
      if (created.namespaceId().filter(id -> !id.equals(pod.id())).isPresent()) {
        return Optional.empty();
      }
      return (created.index() == 0
              ? pod.links().find(created.name().value())
              : pod.links().find(created.index()))
          .filter(link -> link.isKind(created.linkKind()))
          .filter(link -> link.parentIndex().equals(Optional.of(parent.index())));
    } catch (ErrnoException | NotANetworkNamespaceException e) {
      return Optional.empty();
    }
  }
}
