package io.myriapod.deviceplugin.device;

import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.vfio.use.LinkUse;
import io.myriapod.vfio.use.NodeLinks;
import io.myriapod.vfio.use.Use;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the kernel of this node says over netlink, read once. */
final class KernelView implements NodeView {
  private final NodeLinks node;
  private final Map<String, Link> byName = new LinkedHashMap<>();

  private KernelView(NodeLinks node) {
    this.node = node;
    node.links().forEach(link -> byName.put(link.name(), link));
  }

  static KernelView read(Node node) {
    try (NetworkNamespace host = node.openHost()) {
      return new KernelView(NodeLinks.read(host));
    }
  }

  @Override
  public List<SeenLink> links() {
    return byName.values().stream()
        .map(link -> new SeenLink(link.name(), link.parentDevice(), carrier(link)))
        .toList();
  }

  private static Optional<Boolean> carrier(Link link) {
    return link.isUp() ? Optional.of(link.hasLowerUp()) : Optional.empty();
  }

  @Override
  public Optional<String> useOf(SeenLink link) {
    return Optional.ofNullable(byName.get(link.name()))
        .flatMap(one -> LinkUse.of(one, node).stream().findFirst())
        .map(Use::finding);
  }
}
