package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * How a container runtime executes the shim; a test may spoil every part of it.
 *
 * @param program the shim, or a link to it under another name
 * @param environment all variables but {@code CNI_COMMAND}
 */
record Call(Netns node, Path program, Map<String, String> environment, String config) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Call {
    environment = Map.copyOf(environment);
  }

  /** The same with another value of a variable. */
  Call with(String variable, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(variable, value);
    return new Call(node, program, changed, config);
  }

  /** The same without a variable. */
  Call without(String variable) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.remove(variable);
    return new Call(node, program, changed, config);
  }

  /** The same with this on stdin. */
  Call config(String text) {
    return new Call(node, program, environment, text);
  }

  /** The same by another name. */
  Call as(Path name) {
    return new Call(node, name, environment, config);
  }

  /** The same with the result of its ADD in the config, as a runtime passes it to CHECK and DEL. */
  Call after(Result added) {
    try {
      ObjectNode changed = (ObjectNode) JSON.readTree(config);
      JsonNode result = added.json();
      changed.set("prevResult", result);
      return config(changed.toString());
    } catch (JsonProcessingException e) {
      throw new AssertionError("put prevResult into " + config, e);
    }
  }

  /** Runs a verb; an exit code but 0 is an assertion error. */
  Result run(String verb) {
    return attempt(verb).orThrow();
  }

  /** Runs a verb, whatever becomes of it. */
  Result attempt(String verb) {
    return with("CNI_COMMAND", verb).execute();
  }

  /** Runs it as it is. */
  Result execute() {
    return Command.of("nsenter", "--net=" + node.path(), program.toString())
        .withEnvironment(environment)
        .withStdin(config)
        .attempt();
  }
}
