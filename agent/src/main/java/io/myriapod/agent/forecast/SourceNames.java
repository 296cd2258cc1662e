package io.myriapod.agent.forecast;

import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.Delegate;

/** Tells where the configuration of a network is from. */
record SourceNames(ManifestSet manifests, NodeConfig node, MultusConfig config) {
  String of(Delegate delegate) {
    return manifests
        .place(delegate.name())
        .map(place -> "NetworkAttachmentDefinition at " + place)
        .orElseGet(this::ofNode);
  }

  private String ofNode() {
    if (node.isPlaceholder()) {
      return node.source();
    }
    return config.networks().clusterNetwork().isPresent()
        ? "file of the node, by \"clusterNetwork\" of " + node.source()
        : "\"delegates\" of " + node.source();
  }
}
