package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.functions.FunctionRow;
import io.myriapod.agent.functions.FunctionRows;
import io.myriapod.agent.launch.NodeProcess;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the node's physical and virtual functions; the agent need not run. */
@Command(
    name = "list",
    description = "Lists physical and virtual functions and who uses them; the agent need not run.")
public final class VfListCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private enum Format {
    TABLE,
    WIDE,
    JSON
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      description =
          "table, wide (interface, MAC, VLAN and switches as well) or json, which has all fields"
              + " (default: ${DEFAULT-VALUE})",
      defaultValue = "table")
  private Format format;

  @Override
  public Integer call() throws IOException {
    List<FunctionRow> rows =
        new FunctionRows(AgentPaths.fromEnvironment(), NodeProcess.node(), Places.REAL).read();
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.JSON) {
      out.println(JSON.writeValueAsString(VfListing.json(rows)));
    } else if (rows.isEmpty()) {
      out.println("no physical function with SR-IOV on this node");
    } else {
      VfListing.table(rows, format == Format.WIDE).forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
