package io.myriapod.base.tuning;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysctl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts back what a tuning changed, in the reverse order, if namespace and link are still the same.
 * What the kernel does not take back is logged and left: a pod that is being deleted takes it
 * along, and must not be held up by it.
 */
final class TuningUndo {
  private static final Logger LOG = LoggerFactory.getLogger(TuningUndo.class);

  private TuningUndo() {}

  static void undo(Tuned tuned, NetworkNamespace pod) {
    Optional<Link> link =
        tuned.index() == 0 ? Optional.empty() : pod.links().find(tuned.index()).filter(tuned::isOf);
    link.ifPresent(found -> restore(tuned.formerLink(), pod.links(), found));
    boolean sameName = link.filter(one -> one.name().equals(tuned.name().value())).isPresent();
    restore(tuned, sameName, pod.sysctls());
  }

  /** Puts these settings on the link; says in the log what the kernel refuses. */
  static void restore(LinkTuning former, Links links, Link link) {
    List<LinkTuning.Change> changes = new ArrayList<>(former.changes());
    Collections.reverse(changes);
    changes.forEach(change -> attempt(() -> change.request().accept(links, link)));
  }

  /** Settings of a link that has gone or got another name would be those of another link now. */
  private static void restore(Tuned tuned, boolean sameName, Sysctl sysctls) {
    List<Map.Entry<String, String>> former = new ArrayList<>(tuned.formerSysctls().entrySet());
    Collections.reverse(former);
    for (Map.Entry<String, String> one : former) {
      if (sameName || !SysctlSetting.isOf(one.getKey(), tuned.name())) {
        // a write of nothing has no effect
        String value = one.getValue().isEmpty() ? "\n" : one.getValue();
        attempt(() -> sysctls.write(one.getKey(), value));
      }
    }
  }

  private static void attempt(Runnable change) {
    try {
      change.run();
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENODEV) && !e.is(Errno.ENOENT)) {
        LOG.warn("put back what tuning changed: {}", e.getMessage());
      }
    }
  }
}
