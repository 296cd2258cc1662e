package io.myriapod.deviceplugin.device;

import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import java.util.List;
import java.util.function.Supplier;

/** Reads which devices the node has that a pool may offer. Safe for use by many threads. */
public final class Discovery {
  private final Sysfs sysfs;
  private final Supplier<NodeView> view;

  /**
   * @param view read anew for each look
   */
  public Discovery(Sysfs sysfs, Supplier<NodeView> view) {
    this.sysfs = sysfs;
    this.view = view;
  }

  /** That of a running node. */
  public static Discovery of(Node node, Sysfs sysfs) {
    return new Discovery(sysfs, () -> KernelView.read(node));
  }

  /**
   * Network controllers, accelerators, and what hangs on the auxiliary bus of the former; each
   * function followed by what hangs on it, by address.
   *
   * @throws io.myriapod.linux.libc.ErrnoException if netlink or sysfs cannot be read; what vanishes
   *     meanwhile is left out
   */
  public List<NodeDevice> read() {
    return new Reading(sysfs, view.get()).all();
  }
}
