package io.myriapod.base.loopback;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets {@code lo} down in the namespaces in which it was set up, if they are still the same. */
final class LoopbackUndo implements InverseHandler {
  private static final Logger LOG = LoggerFactory.getLogger(LoopbackUndo.class);

  private final Node node;

  LoopbackUndo(Node node) {
    this.node = node;
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      try {
        undo(LoopbackUp.from(one.inverse()));
      } catch (ErrnoException | IllegalArgumentException e) {
        failures.put(one, e.getMessage());
      }
    }
    return failures;
  }

  private void undo(LoopbackUp up) {
    try (NetworkNamespace pod = node.open(Path.of(up.netns()))) {
      if (pod.id().equals(up.namespaceId())) {
        setDown(pod);
      }
    } catch (NotANetworkNamespaceException e) {
      LOG.debug("{}: gone, and its lo", up.netns());
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  static void setDown(NetworkNamespace pod) {
    pod.links().find(LoopbackPlugin.LINK).ifPresent(pod.links()::setDown);
  }
}
