package io.myriapod.kubernetes;

import java.util.List;

/** Which pods this node has. Safe for use by many threads. */
public interface NodePods {
  /**
   * All of them, in no order, as far as the adapter knows them without asking anybody.
   *
   * @throws ClusterException if they are not known now, or what is known may be out of date
   */
  List<NodePod> pods();
}
