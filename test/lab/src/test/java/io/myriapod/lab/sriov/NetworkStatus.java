package io.myriapod.lab.sriov;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** What the agent has published of a pod's networks, on a node without a cluster. */
record NetworkStatus(List<JsonNode> networks) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param root of the agent
   * @param pod as {@code namespace_name}
   */
  static NetworkStatus of(Path root, String pod) {
    try {
      String file =
          Files.readString(root.resolve("var/lib/myriapod/status/%s.json".formatted(pod)));
      return new NetworkStatus(
          StreamSupport.stream(JSON.readTree(file).spliterator(), false).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The PCI address of each network's device, in their order; empty for one without. */
  List<String> devices() {
    return networks.stream().map(each -> each.at("/device-info/pci/pci-address").asText()).toList();
  }
}
