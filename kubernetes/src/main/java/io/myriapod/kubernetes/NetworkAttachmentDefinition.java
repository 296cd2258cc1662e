package io.myriapod.kubernetes;

import java.util.Optional;

/**
 * A network that pods may ask for. NPWG specification 1.3, section 3.
 *
 * @param config the text of {@code spec.config}, unread; empty if the definition has none and a
 *     file on the node is meant
 * @param resourceName annotation {@code k8s.v1.cni.cncf.io/resourceName}: pods get a device of this
 *     pool
 */
public record NetworkAttachmentDefinition(
    String namespace, String name, Optional<String> config, Optional<String> resourceName) {
  /** The annotation that names the device pool. */
  public static final String RESOURCE_NAME_ANNOTATION = "k8s.v1.cni.cncf.io/resourceName";

  /** Throws {@link IllegalArgumentException} that shows the offending name. */
  public NetworkAttachmentDefinition {
    ObjectNames.requireLabel("network namespace", namespace);
    ObjectNames.requireSubdomain("network name", name);
    config = config.filter(text -> !text.isBlank());
    resourceName = resourceName.filter(text -> !text.isEmpty());
  }

  /** {@code namespace/name}, as network-status and messages call it. */
  public String qualifiedName() {
    return namespace + "/" + name;
  }
}
