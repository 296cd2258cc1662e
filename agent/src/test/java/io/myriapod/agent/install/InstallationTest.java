package io.myriapod.agent.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  private static final String CALICO =
      """
      {"cniVersion": "0.3.1", "name": "k8s-pod-network", "plugins": [
        {"type": "calico", "capabilities": {"ips": false}},
        {"type": "portmap", "capabilities": {"portMappings": true}},
        {"type": "bandwidth", "capabilities": {"bandwidth": true}}]}
      """;

  @TempDir private Path root;
  private Path configurations;
  private Path program;
  private Path shim;
  private Installation installation;

  @BeforeEach
  void make() throws IOException {
    configurations = Files.createDirectories(root.resolve("etc/cni/net.d"));
    program = root.resolve("opt/cni/bin/myriapod");
    shim = Files.writeString(root.resolve("shim"), "new shim");
    installation =
        new Installation(
            new NodeFolders(
                new AgentPaths(root), Path.of("/etc/cni/net.d"), Path.of("/opt/cni/bin")));
  }

  private Path network(String file, String content) throws IOException {
    return Files.writeString(configurations.resolve(file), content);
  }

  private Path conflist() {
    return configurations.resolve("00-myriapod.conflist");
  }

  private String refusal(Optional<String> primary) {
    String message =
        assertThrows(CniException.class, () -> installation.install(shim, primary)).getMessage();
    assertFalse(Files.exists(conflist()), "nothing is changed");
    assertFalse(Files.exists(program), "nothing is changed");
    return message;
  }

  @Test
  void install_aNetworkWithAChain_wrapsItWithAllItsCapabilities() throws IOException {
    network("10-calico.conflist", CALICO);

    List<String> done = installation.install(shim, Optional.empty());

    assertEquals(List.of("wrote " + program, "wrote " + conflist()), done);
    NetworkList list = NetworkList.parse(Files.readAllBytes(conflist()));
    assertEquals("myriapod", list.name());
    assertEquals("1.1.0", list.cniVersion().text());
    assertEquals(Set.of("portMappings", "bandwidth"), list.capabilities(0));
    assertEquals(
        Optional.of("/etc/cni/net.d/10-calico.conflist"),
        list.plugins().get(0).root().string("clusterNetwork"));
    assertEquals("new shim", Files.readString(program));
    assertEquals(
        "rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(program)));
  }

  @Test
  void install_again_changesNothing() throws IOException {
    network("10-calico.conflist", CALICO);
    installation.install(shim, Optional.empty());
    Object before = Files.getAttribute(conflist(), "unix:ino");

    assertEquals(List.of(), installation.install(shim, Optional.empty()));
    assertEquals(before, Files.getAttribute(conflist(), "unix:ino"));
  }

  @Test
  void install_newerShimAndChangedNetwork_replacesBoth() throws IOException {
    network("10-calico.conflist", CALICO);
    installation.install(shim, Optional.empty());
    Files.writeString(shim, "newer");
    network("10-calico.conflist", CALICO.replace("portMappings", "ipRanges"));

    assertEquals(2, installation.install(shim, Optional.empty()).size());
    assertEquals(
        Set.of("ipRanges", "bandwidth"),
        NetworkList.parse(Files.readAllBytes(conflist())).capabilities(0));
  }

  @Test
  void install_ownFileTorn_isWrittenAnew() throws IOException {
    network("10-calico.conflist", CALICO);
    network("00-myriapod.conflist", "{\"cniVer");

    assertEquals(2, installation.install(shim, Optional.empty()).size());
    NetworkList.parse(Files.readAllBytes(conflist()));
  }

  @Test
  void install_severalNetworks_wantsAName() throws IOException {
    network("10-calico.conflist", CALICO);
    network("87-podman.conflist", CALICO.replace("k8s-pod-network", "podman"));

    String message = refusal(Optional.empty());

    assertTrue(message.contains("\"k8s-pod-network\" in 10-calico.conflist, \"podman\""), message);
    installation.install(shim, Optional.of("podman"));
    assertTrue(Files.readString(conflist()).contains("/etc/cni/net.d/87-podman.conflist"));
  }

  @Test
  void install_nameTwice_isRefused() throws IOException {
    network("10-calico.conflist", CALICO);
    network("11-calico.conflist", CALICO);

    String message = refusal(Optional.of("k8s-pod-network"));

    assertTrue(message.contains("10-calico.conflist") && message.contains("11-calico.conflist"));
  }

  @Test
  void install_unreadableNetworkBefore_isRefusedByItsFile() throws IOException {
    network("05-broken.conflist", "{");
    network("10-calico.conflist", CALICO);

    assertTrue(refusal(Optional.empty()).contains("05-broken.conflist"));
  }

  @Test
  void install_unreadableNetworkBehind_standsInNobodysWay() throws IOException {
    network("10-calico.conflist", CALICO);
    network("99-broken.conflist", "{");

    assertEquals(2, installation.install(shim, Optional.empty()).size());
  }

  @Test
  void install_networkOfAnotherMeta_isRefused() throws IOException {
    network("00-multus.conf", "{\"cniVersion\":\"0.3.1\",\"name\":\"m\",\"type\":\"multus-shim\"}");

    assertTrue(refusal(Optional.empty()).contains("is Multus's"));
  }

  @Test
  void install_ownNetworkNamed_isRefused() throws IOException {
    network("50-mine.conf", "{\"cniVersion\":\"1.0.0\",\"name\":\"mine\",\"type\":\"myriapod\"}");

    assertTrue(refusal(Optional.of("mine")).contains("Myriapod's own"));
  }

  @Test
  void install_noNetwork_isRefused() {
    assertTrue(refusal(Optional.empty()).contains("none in"));
  }

  @Test
  void install_somebodysLinkInPlaceOfTheShim_isLeft() throws IOException {
    network("10-calico.conflist", CALICO);
    Files.createDirectories(program.getParent());
    Path theirs = Files.writeString(root.resolve("theirs"), "theirs");
    Files.createSymbolicLink(program, theirs);

    assertThrows(CniException.class, () -> installation.install(shim, Optional.empty()));
    assertEquals("theirs", Files.readString(theirs));
    assertFalse(Files.exists(conflist()));
  }

  @Test
  void findings_renamedByCilium_saysWhatToSet() throws IOException {
    assertEquals(List.of(), installation.findings());
    network("00-myriapod.conflist.cilium_bak", "{}");

    assertTrue(installation.findings().get(0).contains("cni.exclusive"));
  }

  @Test
  void uninstall_nothingLeft_removesOursAndNothingElse() throws IOException {
    network("10-calico.conflist", CALICO);
    installation.install(shim, Optional.empty());
    Path other = Files.writeString(program.resolveSibling("bridge"), "theirs");

    assertEquals(List.of("removed " + conflist(), "removed " + program), installation.uninstall());
    assertTrue(Files.exists(configurations.resolve("10-calico.conflist")) && Files.exists(other));
    assertEquals(List.of(), installation.uninstall());
  }

  @Test
  void uninstall_recordedDelLeft_keepsTheShim() throws IOException {
    network("10-calico.conflist", CALICO);
    installation.install(shim, Optional.empty());
    Path spool = Files.createDirectories(root.resolve("var/lib/myriapod/spool"));
    Files.writeString(spool.resolve("0000000000000001-00000000.frame"), "one");

    assertEquals(List.of("removed " + conflist()), installation.uninstall());
    assertEquals(Optional.of("0 attachments and 1 recorded DELs"), installation.needed());
  }

  @Test
  void uninstall_aNetworkOfOurNameThatIsNotOurs_isLeft() throws IOException {
    network("00-myriapod.conflist", CALICO);

    assertEquals(List.of(), installation.uninstall());
    assertTrue(Files.exists(conflist()));
  }
}
