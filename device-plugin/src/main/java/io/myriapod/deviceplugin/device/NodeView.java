package io.myriapod.deviceplugin.device;

import io.myriapod.linux.Node;
import java.util.List;
import java.util.Optional;

/** The node's interfaces at one moment, and what the node itself does with them. */
public interface NodeView {
  /** What the kernel of a running node says over netlink now. */
  static NodeView of(Node node) {
    return KernelView.read(node);
  }

  List<SeenLink> links();

  /**
   * Why that interface must stay with the node, in words that follow its device's name: it carries
   * a default route, has an address or a route, is a port of something or lies under something.
   */
  Optional<String> useOf(SeenLink link);
}
