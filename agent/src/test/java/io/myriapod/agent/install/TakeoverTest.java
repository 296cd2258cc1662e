package io.myriapod.agent.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The place of Multus, taken and given back. */
class TakeoverTest {
  private static final String PRIMARY =
      """
      {"cniVersion": "1.0.0", "name": "primary", "plugins": [{"type": "bridge"}]}
      """;

  private static final String GENERATED =
      """
      {"cniVersion": "0.3.1", "name": "multus-cni-network", "type": "multus-shim",
       "clusterNetwork": "/host/etc/cni/net.d/10-primary.conflist", "logLevel": "verbose",
       "NamespaceIsolation": true, "globalNamespaces": "default,shared",
       "readinessindicatorfile": "/host/run/ready"}
      """;

  private static final String SHIM = "\u007fELF calls /run/myriapod/cni.sock";
  private static final String MULTUS = "\u007fELF of Multus";

  @TempDir private Path root;
  private Path configurations;
  private Path programs;
  private Path shim;

  @BeforeEach
  void make() throws IOException {
    configurations = Files.createDirectories(root.resolve("etc/cni/net.d"));
    programs = Files.createDirectories(root.resolve("opt/cni/bin"));
    shim = Files.writeString(root.resolve("shim"), SHIM);
    Files.writeString(configurations.resolve("00-multus.conf"), GENERATED);
    Files.writeString(configurations.resolve("10-primary.conflist"), PRIMARY);
  }

  private NodeFolders folders() {
    return new NodeFolders(
        new AgentPaths(root), Path.of("/etc/cni/net.d"), Path.of("/opt/cni/bin"));
  }

  private List<String> install(boolean replace) {
    Installation installation = Installation.asMultus(folders(), replace);
    return installation.install(shim, installation.choose(Optional.empty()).orElseThrow());
  }

  private void uninstall() {
    Installation installation = new Installation(folders());
    installation.handBack();
    installation.removeShim();
  }

  private Path multus() throws IOException {
    Path program = Files.writeString(programs.resolve("multus"), MULTUS);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-x--x"));
    return program;
  }

  /** All files of both folders: content and permissions by path. */
  private Map<String, String> node() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (Path folder : List.of(configurations, programs)) {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path file : all.toList()) {
          files.put(
              root.relativize(file).toString(),
              PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                  + Files.readString(file));
        }
      }
    }
    return files;
  }

  @Test
  void installAndUninstall_leaveTheNodeAsItWas() throws IOException {
    multus();
    Map<String, String> before = node();

    install(true);
    assertEquals(List.of(), install(false), "all is in place, and the names are ours");
    assertEquals(SHIM, Files.readString(programs.resolve("multus")));
    assertEquals(SHIM, Files.readString(programs.resolve("multus-shim")));
    assertEquals(MULTUS, Files.readString(programs.resolve("multus.before-myriapod")));
    assertFalse(Files.exists(configurations.resolve("00-multus.conf")));
    uninstall();

    assertEquals(before, node());
  }

  @Test
  void install_settingsOfMultus_goOnToCount() throws IOException {
    install(false);
    Files.writeString(shim, SHIM + ", newer");
    Installation plain = new Installation(folders());
    plain.install(shim, plain.choose(Optional.empty()).orElseThrow());

    assertEquals(SHIM + ", newer", Files.readString(programs.resolve("multus-shim")));
    NetworkList list =
        NetworkList.parse(Files.readAllBytes(configurations.resolve("00-myriapod.conflist")));
    ConfigObject plugin = list.plugins().get(0).root();
    assertEquals(Optional.of(true), Optional.of(plugin.bool("namespaceIsolation", false)));
    assertEquals(Optional.of("default,shared"), plugin.string("globalNamespaces"));
    assertEquals(Optional.of("/run/ready"), plugin.string("readinessindicatorfile"));
    assertEquals(
        Optional.of("/etc/cni/net.d/10-primary.conflist"), plugin.string("clusterNetwork"));
    assertFalse(plugin.has("logLevel"));
  }

  @Test
  void install_programOfMultus_isRefusedAndChangesNothing() throws IOException {
    multus();
    Map<String, String> before = node();

    CniException refusal = assertThrows(CniException.class, () -> install(false));

    assertTrue(refusal.getMessage().contains("multus is there and none of ours"));
    assertTrue(refusal.details().contains("--replace"));
    assertEquals(before, node());
  }

  /** Its daemon writes an empty file when the default network vanishes. */
  @Test
  void install_emptyFileOfMultus_isSetAside() throws IOException {
    Files.writeString(configurations.resolve("00-multus.conf"), "");
    Map<String, String> before = node();

    install(false);
    assertFalse(Files.exists(configurations.resolve("00-multus.conf")));
    uninstall();

    assertEquals(before, node());
  }

  @Test
  void requireInPlace_multusWritesAgain_isTold() throws IOException {
    install(false);
    Files.writeString(configurations.resolve("00-multus.conf"), GENERATED);

    CniException told =
        assertThrows(
            CniException.class, () -> Installation.asMultus(folders(), false).requireInPlace());

    assertTrue(told.getMessage().contains("was written anew"), told.getMessage());
    uninstall();
    assertEquals(GENERATED, Files.readString(configurations.resolve("00-multus.conf")));
    assertEquals(2, node().size(), () -> "the older one is gone");
  }
}
