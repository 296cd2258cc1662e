package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.status.NodeGlance;
import io.myriapod.agent.status.StatusClient;
import io.myriapod.agent.status.StatusClient.Question;
import io.myriapod.cni.json.Json;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the node at a glance. */
@Command(
    name = "status",
    description = "Shows the node at a glance: agent, pods, devices, what waits and what failed.",
    footer = {
      "%nA running agent answers. Without one what its files say is shown.",
      "Exit code 0 if an agent is ready; 1 if it is not, or if none runs."
    })
public final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private TextOutput output;

  @Override
  public Integer call() {
    AgentPaths paths = AgentPaths.fromEnvironment();
    ObjectNode status =
        new StatusClient(paths).ask(Question.GLANCE).orElseGet(() -> withoutAgent(paths));
    output.print(spec.commandLine().getOut(), () -> StatusText.lines(status), () -> status);
    return status.path("ready").asBoolean() ? 0 : 1;
  }

  private static ObjectNode withoutAgent(AgentPaths paths) {
    ObjectNode json = Json.object().putNull("agent").put("ready", false);
    json.putArray("checks")
        .addObject()
        .put("name", "agent")
        .put("ok", false)
        .put("reason", "nobody listens at %s".formatted(paths.socket()));
    NodeGlance.ofFiles(paths, new Sysfs(Places.REAL.sys())).into(json);
    return json;
  }
}
