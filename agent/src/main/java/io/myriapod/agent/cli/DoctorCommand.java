package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.doctor.Diagnosis;
import io.myriapod.agent.doctor.Diagnosis.State;
import io.myriapod.agent.doctor.Doctor;
import io.myriapod.agent.doctor.NodeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what of a node is not as it has to be. */
@Command(
    name = "doctor",
    description = "Looks the node over and says what to do; changes nothing.",
    footer = "%nExit code 1 if there is a fault; warnings alone end with 0.")
public final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private TextOutput output;

  @Override
  public Integer call() {
    List<Diagnosis> all = new Doctor(NodeFacts.here(AgentPaths.fromEnvironment())).look();
    output.print(spec.commandLine().getOut(), () -> lines(all), () -> json(all));
    return all.stream().anyMatch(one -> one.state() == State.FAULT) ? 1 : 0;
  }

  private static ArrayNode json(List<Diagnosis> all) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    all.stream().map(Diagnosis::toJson).forEach(list::add);
    return list;
  }

  private static List<String> lines(List<Diagnosis> all) {
    List<List<String>> cells = new ArrayList<>();
    for (Diagnosis one : all) {
      cells.add(List.of(one.state().text(), one.subject(), one.finding()));
      if (!one.advice().isEmpty()) {
        cells.add(List.of("", "", "-> " + one.advice()));
      }
    }
    return TextTable.aligned(cells);
  }
}
