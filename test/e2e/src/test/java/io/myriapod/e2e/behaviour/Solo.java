package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Netns;

/** One container without a pod, whose runtime calls a built-in plugin by its own name. */
record Solo(Netns netns, Call call) {
  /** A container of that name, and the plugin with this config for its {@code net1}. */
  static Solo of(Stage stage, Netns netns, String container, ObjectNode config) {
    Call call =
        stage
            .call(container, netns.path())
            .as(stage.shimAs(config.path("type").asText()))
            .with("CNI_CONTAINERID", container)
            .with("CNI_IFNAME", "net1")
            .without("CNI_ARGS")
            .config(config.toString());
    return new Solo(netns, call);
  }

  /** The same container with another config. */
  Call with(ObjectNode config) {
    return call.config(config.toString());
  }
}
