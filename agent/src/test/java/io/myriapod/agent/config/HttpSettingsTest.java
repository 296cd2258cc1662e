package io.myriapod.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.fixtures.node.DocumentedKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section http of the configuration. */
class HttpSettingsTest {
  @TempDir private Path folder;

  private Optional<HttpSettings> read(String yaml) throws IOException {
    return AgentConfig.read(Files.writeString(folder.resolve("config.yaml"), yaml)).http();
  }

  @Test
  void read_noSection_opensNoPort() throws IOException {
    assertEquals(Optional.empty(), read("queue: 7\n"));
  }

  @Test
  void read_emptySection_isTheUsualPortOfTheLoopback() throws IOException {
    assertEquals(
        Optional.of(new HttpSettings(InetAddress.getByName("127.0.0.1"), 9475)),
        read("http: {}\n"));
  }

  @Test
  void read_everyKey_isThat() throws IOException {
    assertEquals(
        Optional.of(new HttpSettings(InetAddress.getByName("192.0.2.7"), 0)),
        read("http: {address: 192.0.2.7, port: 0, beyondLoopback: true}\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{address: 192.0.2.7} | beyondLoopback",
        "{address: 0.0.0.0} | without a password",
        "{address: '::'} | beyondLoopback",
        "{address: localhost} | address",
        "{port: 65536} | port",
        "{port: -1} | port",
        "{host: 127.0.0.1} | unknown key",
        "8080 | http",
      })
  void read_wrong_isRefusedNamingIt(String section, String named) {
    CniException e = assertThrows(CniException.class, () -> read("http: " + section + "\n"));

    assertTrue((e.getMessage() + e.details()).contains(named), e.getMessage() + e.details());
  }

  /** The keys of the page are those that are read. */
  @Test
  void keys_ofThePage_areThoseRead() {
    assertEquals(
        List.of("address", "beyondLoopback", "port"), DocumentedKeys.ofOperations("Key of `http`"));
  }
}
