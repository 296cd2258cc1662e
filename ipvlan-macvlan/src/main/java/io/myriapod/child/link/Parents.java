package io.myriapod.child.link;

import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysfs;

/** Where parents are looked for. */
final class Parents {
  private final Sysfs sysfs;

  Parents(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  /** Where this config has its parent: on the node, or in the pod with {@code linkInContainer}. */
  ParentPlace in(ChildConfig config, NetworkNamespace host, NetworkNamespace pod) {
    return config.linkInContainer() ? new ParentPlace(pod, host, sysfs, true) : on(host);
  }

  ParentPlace on(NetworkNamespace host) {
    return new ParentPlace(host, host, sysfs, false);
  }
}
