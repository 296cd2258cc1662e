package io.myriapod.lab.vf;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.functions.FunctionClient;
import io.myriapod.agent.functions.FunctionRequest;
import io.myriapod.cni.error.CniException;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.Product;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.PciFunction;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;

/**
 * {@code myriapod vf} below a root of its own. Its work is done in this JVM where that makes no
 * difference: a JVM takes seven seconds to start in the lab.
 */
record Vf(Path root) {
  /** The program itself. */
  Result command(String... arguments) {
    List<String> words = new ArrayList<>(List.of(Product.program().toString(), "vf"));
    words.addAll(List.of(arguments));
    return Command.of(words.toArray(String[]::new))
        .withEnvironment(
            Map.of(
                "MYRIAPOD_ROOT",
                root.toString(),
                "MYRIAPOD_JAVA_OPTS",
                System.getenv().getOrDefault("MYRIAPOD_JAVA_OPTS", "")))
        .attempt();
  }

  /** Each change as a shell has it. */
  List<String> create(Nic nic, int number) {
    return run(
        new FunctionRequest.Create(nic.function().address(), number, Optional.empty(), false));
  }

  List<String> bind(PciFunction function, String driver) {
    return run(bindRequest(function, Optional.of(driver)));
  }

  List<String> bindDefault(PciFunction function) {
    return run(bindRequest(function, Optional.empty()));
  }

  static FunctionRequest bindRequest(PciFunction function, Optional<String> driver) {
    DriverChoice choice =
        driver
            .<DriverChoice>map(DriverChoice.Named::new)
            .orElseGet(DriverChoice.KernelDefault::new);
    return new FunctionRequest.Bind(new PciAddress(function.address()), choice, false);
  }

  List<String> run(FunctionRequest request) {
    JsonNode changes = new FunctionClient(new AgentPaths(root)).run(request).path("changes");
    return changes.findValuesAsText("change");
  }

  CniException refused(FunctionRequest request) {
    return Assertions.assertThrows(CniException.class, () -> run(request));
  }
}
