package io.myriapod.base.undo;

import io.myriapod.journal.Inverse;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.PendingInverse;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Undoes, one after the other, what was done in a namespace. With the namespace it is gone, so
 * nothing is done where there is none or another one; nor where the link went meanwhile.
 *
 * @param <T> what was done
 */
public final class NamespaceUndo<T> implements InverseHandler {
  private final Node node;
  private final Function<Inverse, T> reader;
  private final Function<T, Site> site;
  private final BiConsumer<T, NetworkNamespace> undo;

  /**
   * Where it was done.
   *
   * @param netns path of the namespace; empty for the node's own
   * @param namespaceId boot id and cookie
   */
  public record Site(Optional<String> netns, String namespaceId) {}

  /**
   * @param reader throws {@link IllegalArgumentException} for an inverse that it does not know
   * @param undo throws {@link ErrnoException} for what the kernel refuses
   */
  public NamespaceUndo(
      Node node,
      Function<Inverse, T> reader,
      Function<T, Site> site,
      BiConsumer<T, NetworkNamespace> undo) {
    this.node = node;
    this.reader = reader;
    this.site = site;
    this.undo = undo;
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      try {
        undo(reader.apply(one.inverse()));
      } catch (ErrnoException | IllegalArgumentException e) {
        failures.put(one, e.getMessage());
      }
    }
    return failures;
  }

  private void undo(T done) {
    Site there = site.apply(done);
    try (NetworkNamespace namespace =
        there.netns().map(Path::of).map(node::open).orElseGet(node::openHost)) {
      if (namespace.id().equals(there.namespaceId())) {
        undo.accept(done, namespace);
      }
    } catch (NotANetworkNamespaceException e) {
      return; // the mount is gone, its mount point stayed
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENODEV)) {
        throw e;
      }
    }
  }
}
