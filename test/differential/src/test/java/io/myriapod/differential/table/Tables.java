package io.myriapod.differential.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tables of this module, {@code tables/*.yaml}; {@code common.yaml} is for every plugin. */
public final class Tables {
  private static final String COMMON = "common.yaml";

  private Tables() {}

  /** One per plugin, in the order of their names. */
  public static List<Table> ofPlugins() {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .filter(file -> file.toString().endsWith(".yaml") && !file.endsWith(COMMON))
          .sorted()
          .map(Tables::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list the tables", e);
    }
  }

  /** What is the same for every plugin; has no rows. */
  public static Table common() {
    return read(folder().resolve(COMMON));
  }

  private static Table read(Path file) {
    try {
      JsonNode tree = new YAMLMapper().readTree(Files.readAllBytes(file));
      return new TableReader(file.getFileName().toString()).read(tree);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  private static Path folder() {
    try {
      return Path.of(Tables.class.getResource("/io/myriapod/differential/tables").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
