package io.myriapod.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** {@code -o text|json}: sentences for people, or all fields for programs. */
final class TextOutput {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      description = "text, or json, which has all fields (default: ${DEFAULT-VALUE})",
      defaultValue = "text")
  private Format format;

  /** Prints the one that is wanted, and makes only that. */
  void print(PrintWriter out, Supplier<List<String>> text, Supplier<JsonNode> json) {
    if (format == Format.JSON) {
      out.println(written(json.get()));
    } else {
      text.get().forEach(out::println);
    }
    out.flush();
  }

  private static String written(JsonNode json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write JSON", e);
    }
  }
}
