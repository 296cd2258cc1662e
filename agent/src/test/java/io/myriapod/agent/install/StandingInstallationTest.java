package io.myriapod.agent.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.config.AgentPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandingInstallationTest {
  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "%s", "plugins": [
        {"type": "bridge", "capabilities": {"%s": true}}]}
      """;

  @TempDir private Path root;
  private Path configurations;
  private Path conflist;
  private StandingInstallation installation;
  private long now;

  @BeforeEach
  void make() throws IOException {
    configurations = Files.createDirectories(root.resolve("etc/cni/net.d"));
    conflist = configurations.resolve("00-myriapod.conflist");
    NodeFolders folders =
        new NodeFolders(new AgentPaths(root), Path.of("/etc/cni/net.d"), Path.of("/opt/cni/bin"));
    installation =
        new StandingInstallation(
            new Installation(folders),
            Files.writeString(root.resolve("shim"), "\u007fELF, the shim"),
            Optional.empty(),
            () -> now);
  }

  private void network(String name, String capability) throws IOException {
    Files.writeString(
        configurations.resolve(name + ".conflist"), NETWORK.formatted(name, capability));
  }

  /** A look each second. */
  private void pass(Duration time) {
    for (long i = 0; i < time.toSeconds(); i++) {
      now += Duration.ofSeconds(1).toNanos();
      installation.look();
    }
  }

  @Test
  void look_networkAppears_isWrappedOnceItHasSettled() throws IOException {
    pass(Duration.ofSeconds(5));
    assertTrue(installation.missing().orElseThrow().contains("networks in /etc/cni/net.d: none"));

    network("primary", "ips");
    pass(Duration.ofSeconds(1));
    assertFalse(Files.exists(conflist), "it may be one of several to come");
    pass(Duration.ofSeconds(3));

    assertTrue(Files.readString(conflist).contains("\"ips\""));
    assertEquals(Optional.empty(), installation.missing());
  }

  @Test
  void look_networkChanges_isFollowed() throws IOException {
    network("primary", "ips");
    pass(Duration.ofSeconds(5));

    network("primary", "bandwidth");
    pass(Duration.ofSeconds(5));

    assertTrue(Files.readString(conflist).contains("\"bandwidth\""));
  }

  @Test
  void look_secondNetworkAppears_whatIsInPlaceStays() throws IOException {
    network("primary", "ips");
    pass(Duration.ofSeconds(5));
    String before = Files.readString(conflist);

    network("other", "ips");
    pass(Duration.ofSeconds(5));

    assertEquals(before, Files.readString(conflist));
    assertEquals(Optional.empty(), installation.missing());
  }

  @Test
  void look_severalNetworksFromTheStart_saysSo() throws IOException {
    network("primary", "ips");
    network("other", "ips");
    pass(Duration.ofSeconds(5));

    assertTrue(installation.missing().orElseThrow().contains("\"other\" in other.conflist"));
    assertFalse(Files.exists(conflist));
  }

  @Test
  void look_somebodyTakesItAway_isPutBackEverMoreSlowly() throws IOException {
    network("primary", "ips");
    pass(Duration.ofSeconds(5));
    int writes = 0;
    for (int second = 0; second < 120; second++) {
      if (Files.deleteIfExists(conflist)) {
        writes++;
      }
      pass(Duration.ofSeconds(1));
    }

    assertTrue(writes > 3, writes + " times in two minutes");
    assertTrue(writes < 10, writes + " times in two minutes");
  }

  @Test
  void look_takenAway_isMissingUntilPutBack() throws IOException {
    network("primary", "ips");
    pass(Duration.ofSeconds(5));

    Files.delete(conflist);
    pass(Duration.ofSeconds(1));
    assertTrue(installation.missing().isPresent());
    pass(Duration.ofSeconds(4));

    assertEquals(Optional.empty(), installation.missing());
    assertTrue(Files.exists(conflist));
  }

  @Test
  void look_writtenOver_isWrittenAnewWithinTwoMinutes() throws IOException {
    network("primary", "ips");
    pass(Duration.ofSeconds(5));
    String ours = Files.readString(conflist);

    Files.writeString(conflist, ours.replace("\"ips\"", "\"dns\""));
    pass(Duration.ofMinutes(2));

    assertEquals(ours, Files.readString(conflist));
  }
}
