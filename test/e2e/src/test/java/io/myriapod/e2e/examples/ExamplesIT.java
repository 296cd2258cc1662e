package io.myriapod.e2e.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.InNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every folder whose links every kernel has. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"nft", "jq", "iptables", "dnsmasq"})
class ExamplesIT extends Examples {
  /** They want a card: SouthNorthLab of the lab runs them. */
  private static final Set<String> WITH_VIRTUAL_FUNCTIONS = Set.of("south-north", "resources");

  ExamplesIT() {
    super(
        folder ->
            !ExamplesOfVlansIT.FOLDERS.contains(folder)
                && !WITH_VIRTUAL_FUNCTIONS.contains(folder));
  }

  @Test
  void list_ofExamples_hasEachFolder() throws IOException {
    String list = Files.readString(top().resolve("README.md"));
    List<String> unlisted =
        all().filter(folder -> !list.contains("(%s/)".formatted(folder))).toList();
    assertEquals(List.of(), unlisted);
  }
}
