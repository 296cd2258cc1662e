package io.myriapod.child.link;

import io.myriapod.linux.link.Link;

/**
 * Another child of a parent.
 *
 * @param place for messages: {@code the node}, {@code the pod} or {@code container "c1"}
 */
public record Sibling(Link link, String place) {

  @Override
  public String toString() {
    return "%s \"%s\" of %s".formatted(link.kind().orElse("link"), link.name(), place);
  }
}
