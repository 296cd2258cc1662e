package io.myriapod.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.devices.DeviceClient;
import io.myriapod.agent.devices.DeviceRequest;
import io.myriapod.agent.devices.DeviceScope;
import io.myriapod.agent.devices.Remarks;
import io.myriapod.deviceplugin.config.Finding;
import io.myriapod.linux.Node;
import io.myriapod.types.Quoted;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Has a question answered and prints it: the answer to stdout, remarks to stderr before it. */
final class DevicesAnswer implements Remarks {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final int LONGEST_REMARK = 2_000;

  private final CommandSpec spec;
  private final DeviceScope scope;
  private boolean unsound;

  DevicesAnswer(CommandSpec spec, DeviceScope scope) {
    this.spec = spec;
    this.scope = scope;
  }

  @Override
  public void note(String sentence) {
    remark("note: " + sentence);
  }

  @Override
  public void finding(Finding finding) {
    unsound |= finding.isError();
    remark("%s: %s".formatted(finding.isError() ? "error" : "warning", finding));
  }

  private void remark(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(Quoted.oneLine(line, LONGEST_REMARK));
    err.flush();
  }

  /** Returns the exit code: 1 if the configuration that was read has errors. */
  int print(
      DeviceRequest request, DevicesOutput.Format format, Function<JsonNode, List<String>> text) {
    JsonNode answer = answer(request);
    PrintWriter out = spec.commandLine().getOut();
    if (format == DevicesOutput.Format.JSON) {
      out.println(json(answer));
    } else {
      text.apply(answer).forEach(out::println);
    }
    out.flush();
    return unsound ? 1 : 0;
  }

  private JsonNode answer(DeviceRequest request) {
    try {
      return new DeviceClient(AgentPaths.fromEnvironment(), Node::local, Places.REAL.sys())
          .ask(scope, request, this);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static String json(JsonNode answer) {
    try {
      return JSON.writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree is always JSON
    }
  }
}
