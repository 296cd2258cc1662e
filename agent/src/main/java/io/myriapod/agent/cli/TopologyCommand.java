package io.myriapod.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.launch.NodeProcess;
import io.myriapod.agent.topology.DotDrawing;
import io.myriapod.agent.topology.SvgDrawing;
import io.myriapod.agent.topology.TextTree;
import io.myriapod.agent.topology.Topology;
import io.myriapod.agent.topology.TopologyJson;
import io.myriapod.agent.topology.TopologyReader;
import io.myriapod.journal.Journal;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Draws what hangs on what. */
@Command(
    name = "topology",
    description = "Draws cards, functions, parents, networks and pods of this node.",
    footer = {
      "%nFrom the journal's files and the kernel; the agent need not run.",
      "%nExamples:",
      "  myriapod topology",
      "  myriapod topology -o svg > node.svg",
      "  myriapod topology -o dot | dot -Tpdf > node.pdf"
    })
public final class TopologyCommand implements Callable<Integer> {
  private enum Format {
    TEXT,
    SVG,
    DOT,
    JSON
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      description =
          "text, svg, dot for graphviz, or json, which has all fields (default: ${DEFAULT-VALUE})",
      defaultValue = "text")
  private Format format;

  @Override
  public Integer call() throws JsonProcessingException {
    AgentPaths paths = AgentPaths.fromEnvironment();
    Topology topology =
        new TopologyReader(
                NodeProcess::node,
                new Sysfs(Places.REAL.sys()),
                () -> Journal.read(paths.journal()))
            .read();
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case SVG -> out.print(SvgDrawing.of(topology));
      case DOT -> out.print(DotDrawing.of(topology));
      case JSON ->
          out.println(
              new ObjectMapper()
                  .enable(SerializationFeature.INDENT_OUTPUT)
                  .writeValueAsString(TopologyJson.of(topology)));
      default -> TextTree.lines(topology).forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
