package io.myriapod.agent.install;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.nio.file.Path;
import java.util.List;

/**
 * The container runtime's folders of a node.
 *
 * @param paths of the agent; the other two are below its root
 * @param configurations where the runtime reads networks, as the node names it
 * @param programs where it looks for plugins, as the node names it
 */
public record NodeFolders(AgentPaths paths, Path configurations, Path programs) {
  static final String CONFLIST = "00-myriapod.conflist";
  static final String PROGRAM = "myriapod";

  public NodeFolders {
    for (Path path : List.of(configurations, programs)) {
      if (!path.isAbsolute()) {
        throw new CniException(
            ErrorCode.INVALID_CONFIG,
            "folder \"%s\" of the container runtime: is no absolute path".formatted(path),
            "write it as the node names it, from / on");
      }
    }
  }

  Path configurationsOnDisk() {
    return paths.onNode(configurations);
  }

  Path conflist() {
    return configurationsOnDisk().resolve(CONFLIST);
  }

  Path program() {
    return paths.onNode(programs).resolve(PROGRAM);
  }
}
