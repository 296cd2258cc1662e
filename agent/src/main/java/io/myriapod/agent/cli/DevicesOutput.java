package io.myriapod.agent.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** How an answer is shown. */
final class DevicesOutput {
  enum Format {
    TABLE,
    WIDE,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      description = "table (the default), wide, or json, which has all fields")
  private Optional<Format> format = Optional.empty();

  /** What that says, if it says anything. */
  DevicesOutput or(DevicesOutput more) {
    DevicesOutput both = new DevicesOutput();
    both.format = more.format.or(() -> format);
    return both;
  }

  Format format() {
    return format.orElse(Format.TABLE);
  }
}
