package io.myriapod.agent.migrate;

import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A sandbox that Multus has attached.
 *
 * @param sandboxInterface the one of the runtime's request
 * @param attachments in their order
 * @param netns where its namespace was
 * @param file Multus's own of it
 */
record OldPod(
    ContainerId container,
    InterfaceName sandboxInterface,
    List<OldAttachment> attachments,
    Optional<Path> netns,
    Optional<Path> file) {

  OldPod {
    attachments = List.copyOf(attachments);
  }
}
