package io.myriapod.deviceplugin.container;

import io.myriapod.deviceplugin.container.ContainerGrant.Node;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One side of a device in a container.
 *
 * @param name its key in the variable {@code …_INFO}
 * @param values what stands there, by key
 * @param nodes in the order in which programs need them; may be empty
 */
record Facet(String name, Map<String, String> values, List<Node> nodes) {
  Facet {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
    nodes = List.copyOf(nodes);
  }
}
