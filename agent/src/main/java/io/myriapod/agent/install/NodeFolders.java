package io.myriapod.agent.install;

import io.myriapod.agent.config.AgentPaths;
import java.nio.file.Path;

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

  Path configurationsHere() {
    return paths.onNode(configurations);
  }

  Path conflist() {
    return configurationsHere().resolve(CONFLIST);
  }

  Path program() {
    return paths.onNode(programs).resolve(PROGRAM);
  }
}
