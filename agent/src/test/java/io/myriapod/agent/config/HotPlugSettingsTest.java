package io.myriapod.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HotPlugSettingsTest {
  @TempDir Path folder;

  private HotPlugSettings read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("config.yaml"), yaml);
    return AgentConfig.read(file).hotPlug();
  }

  @Test
  void read_nothing_isOff() throws IOException {
    assertFalse(read("").follow());
    assertEquals(Optional.empty(), read("").delegateSocket());
  }

  @Test
  void read_eitherKey_isTaken() throws IOException {
    assertTrue(read("hotplug: true").follow());
    assertEquals(
        Optional.of(Path.of("/run/multus/multus.sock")),
        read("delegateSocket: /run/multus/multus.sock").delegateSocket());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hotplug: maybe | hotplug",
        "delegateSocket: run/x.sock | delegateSocket",
        "'{hotplug: true, delegateSocket: /run/x.sock}' | beside \"hotplug\"",
        "delegateSocket: /run/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789 | at most 101 bytes"
      })
  void read_wrong_namesTheKey(String yaml, String named) {
    String refusal = assertThrows(CniException.class, () -> read(yaml)).getMessage();

    assertTrue(refusal.contains(named), refusal);
  }

  @Test
  void keys_ofThisSection_areOnThePage() throws IOException {
    String page = Files.readString(Path.of("../docs/operations.md"));

    assertTrue(page.contains("\n| `hotplug` |"));
    assertTrue(page.contains("\n| `delegateSocket` |"));
  }
}
