package io.myriapod.agent.inspection;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.directory.ManifestCluster;
import io.myriapod.kubernetes.directory.PlacedObject;
import io.myriapod.kubernetes.directory.PlacedText;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.Delegate;
import io.myriapod.multus.network.Networks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One NetworkAttachmentDefinition, read as an ADD reads it. */
final class DefinitionInspection {
  private static final MultusConfig ANY_NODE =
      MultusConfig.parse(
          NetworkConfig.parse(
              "{\"name\":\"any\",\"type\":\"myriapod\"}".getBytes(StandardCharsets.UTF_8)));

  private DefinitionInspection() {}

  /** Throws {@link IllegalArgumentException} if the object itself is wrong. */
  static List<Finding> of(String file, PlacedObject object) {
    NetworkAttachmentDefinition definition = object.network().orElseThrow();
    Optional<PlacedText> text = object.text(List.of("spec", "config"));
    if (definition.config().isEmpty() || text.isEmpty()) {
      return List.of(); // a file of the node has it
    }
    ConfigText config = new ConfigText(file, object.shown(), text.get());
    return remarks(object, definition).stream().map(config::finding).toList();
  }

  private static List<Remark> remarks(PlacedObject object, NetworkAttachmentDefinition definition) {
    List<Remark> remarks = new ArrayList<>();
    try {
      Delegate delegate =
          new Networks(new ManifestCluster(List.of(object)), ANY_NODE, path -> path)
              .definition(definition.namespace(), definition.name());
      remarks.addAll(new NetworkInspection(delegate.list(), delegate.resourceName()).remarks());
    } catch (CniException e) {
      remarks.add(Remark.of(e));
    }
    return remarks;
  }
}
