package io.myriapod.agent.service;

import io.myriapod.agent.config.AgentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** What the agent tells the shim, which reads no YAML: docs/shim-protocol.md, "shim.conf". */
record ShimConf(AgentConfig config) {
  /** Replaces the file in one step; a shim sees the old or the new one. */
  void writeTo(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        unfinished,
        "# written by the agent at its start; settings belong into config.yaml\n"
            + "delWhenAbsent=%s\n"
                .formatted(config.delWhenAbsent().name().toLowerCase(Locale.ROOT)));
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
