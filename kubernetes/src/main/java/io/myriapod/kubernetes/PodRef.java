package io.myriapod.kubernetes;

import java.util.Optional;

/** Which pod is meant. The names are safe as parts of a file name. */
public record PodRef(String namespace, String name, Optional<String> uid) {

  /** Throws {@link IllegalArgumentException} that shows the offending name. */
  public PodRef {
    ObjectNames.requireLabel("pod namespace", namespace);
    ObjectNames.requireSubdomain("pod name", name);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
