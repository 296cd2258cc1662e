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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstallationTest {
  private static final String CALICO =
      """
      {"cniVersion": "0.3.1", "name": "k8s-pod-network", "plugins": [
        {"type": "calico", "capabilities": {"ips": false}},
        {"type": "portmap", "capabilities": {"portMappings": true}},
        {"type": "bandwidth", "capabilities": {"bandwidth": true}}]}
      """;

  private static final String SHIM = "\u007fELF, the shim";

  @TempDir private Path root;
  private Path configurations;
  private Path program;
  private Path shim;
  private Installation installation;

  @BeforeEach
  void make() throws IOException {
    configurations = Files.createDirectories(root.resolve("etc/cni/net.d"));
    program = root.resolve("opt/cni/bin/myriapod");
    shim = Files.writeString(root.resolve("shim"), SHIM);
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

  private List<String> install() {
    return installation.install(shim, installation.choose(Optional.empty()).orElseThrow());
  }

  private String refusal(Optional<String> primary) {
    String message =
        assertThrows(CniException.class, () -> installation.choose(primary)).getMessage();
    assertFalse(Files.exists(conflist()), "nothing is changed");
    assertFalse(Files.exists(program), "nothing is changed");
    return message;
  }

  @Test
  void install_aNetworkWithAChain_wrapsItWithAllItsCapabilities() throws IOException {
    network("10-calico.conflist", CALICO);

    List<String> done = install();

    assertEquals(List.of("wrote " + program, "wrote " + conflist()), done);
    NetworkList list = NetworkList.parse(Files.readAllBytes(conflist()));
    assertEquals("myriapod", list.name());
    assertEquals("1.1.0", list.cniVersion().text());
    assertEquals(Optional.of("0.3.1"), list.source().root().string("cniVersion"));
    assertEquals(Set.of("portMappings", "bandwidth"), list.capabilities(0));
    assertEquals(
        Optional.of("/etc/cni/net.d/10-calico.conflist"),
        list.plugins().get(0).root().string("clusterNetwork"));
    assertEquals(SHIM, Files.readString(program));
    assertEquals(
        "rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(program)));
  }

  @Test
  void install_again_changesNothing() throws IOException {
    network("10-calico.conflist", CALICO);
    install();
    Object before = Files.getAttribute(conflist(), "unix:ino");

    assertEquals(List.of(), install());
    assertEquals(before, Files.getAttribute(conflist(), "unix:ino"));
  }

  @Test
  void install_newerShimAndChangedNetwork_replacesBoth() throws IOException {
    network("10-calico.conflist", CALICO);
    install();
    Files.writeString(shim, SHIM + ", newer");
    network("10-calico.conflist", CALICO.replace("portMappings", "ipRanges"));

    assertEquals(2, install().size());
    assertEquals(
        Set.of("ipRanges", "bandwidth"),
        NetworkList.parse(Files.readAllBytes(conflist())).capabilities(0));
  }

  @Test
  void install_ownFileTorn_isWrittenAnew() throws IOException {
    network("10-calico.conflist", CALICO);
    network("00-myriapod.conflist", "{\"cniVer");

    assertEquals(2, install().size());
    NetworkList.parse(Files.readAllBytes(conflist()));
  }

  @Test
  void install_severalNetworks_wantsAName() throws IOException {
    network("10-calico.conflist", CALICO);
    network("87-podman.conflist", CALICO.replace("k8s-pod-network", "podman"));

    String message = refusal(Optional.empty());

    assertTrue(message.contains("\"k8s-pod-network\" in 10-calico.conflist, \"podman\""), message);
    installation.install(shim, installation.choose(Optional.of("podman")).orElseThrow());
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

    assertEquals(2, install().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"00-multus.conf", "00-myriapod.conf", "00-calico.conflist"})
  void choose_fileThatComesBeforeOurs_isRefused(String file) throws IOException {
    network("10-calico.conflist", CALICO);
    network(file, "{\"cniVersion\":\"0.3.1\",\"name\":\"m\",\"type\":\"multus-shim\"}");

    assertTrue(refusal(Optional.of("k8s-pod-network")).contains(file));
  }

  @Test
  void choose_networkOfAMeta_isRefused() throws IOException {
    network("50-mine.conf", "{\"cniVersion\":\"1.0.0\",\"name\":\"mine\",\"type\":\"myriapod\"}");
    network("60-other.conf", "{\"cniVersion\":\"1.0.0\",\"name\":\"m\",\"type\":\"multus\"}");

    assertTrue(refusal(Optional.of("mine")).contains("Multus's own"));
    assertTrue(refusal(Optional.of("m")).contains("Multus's own"));
  }

  @Test
  void choose_networkOfOurNameThatIsNotOurs_isRefused() throws IOException {
    network("00-myriapod.conflist", CALICO);

    assertTrue(
        assertThrows(CniException.class, () -> installation.choose(Optional.empty()))
            .getMessage()
            .contains("none of ours"));
  }

  @Test
  void choose_noNetworkYet_isNone() {
    assertEquals(Optional.empty(), installation.choose(Optional.empty()));
  }

  @Test
  void install_whatIsNoProgram_isRefused() throws IOException {
    network("10-calico.conflist", CALICO);
    Files.writeString(shim, "#!/bin/sh");

    assertThrows(CniException.class, this::install);
    Files.delete(shim);
    assertThrows(CniException.class, this::install);
    assertFalse(Files.exists(program));
  }

  @Test
  void install_somebodysLinkInPlaceOfTheShim_isLeft() throws IOException {
    network("10-calico.conflist", CALICO);
    Files.createDirectories(program.getParent());
    Path theirs = Files.writeString(root.resolve("theirs"), "theirs");
    Files.createSymbolicLink(program, theirs);

    assertThrows(CniException.class, () -> install());
    assertEquals("theirs", Files.readString(theirs));
    assertFalse(Files.exists(conflist()));
  }

  @Test
  void requireInPlace_renamedByCilium_saysWhatToSet() throws IOException {
    network("10-cilium.conflist", CALICO);
    install();
    installation.requireInPlace();
    Path taken = conflist().resolveSibling("00-myriapod.conflist.cilium_bak");
    Files.move(conflist(), taken);

    CniException refusal = assertThrows(CniException.class, installation::requireInPlace);
    assertTrue(refusal.details().contains("cni.exclusive"), refusal.details());
    assertEquals(List.of("removed " + taken), installation.handBack());
  }

  @Test
  void handBack_thenRemoveShim_leavesWhatIsOfOthers() throws IOException {
    network("10-calico.conflist", CALICO);
    install();
    Path other = Files.writeString(program.resolveSibling("bridge"), "theirs");

    assertEquals(List.of("removed " + conflist()), installation.handBack());
    assertEquals(List.of("removed " + program), installation.removeShim());
    assertTrue(Files.exists(configurations.resolve("10-calico.conflist")) && Files.exists(other));
    assertEquals(List.of(), installation.handBack());
    assertEquals(List.of(), installation.removeShim());
  }

  @Test
  void removeShim_recordedDelLeft_keepsIt() throws IOException {
    network("10-calico.conflist", CALICO);
    install();
    installation.handBack();
    Path spool = Files.createDirectories(root.resolve("var/lib/myriapod/spool"));
    Files.writeString(spool.resolve("0000000000000001-00000000.frame"), "one");

    assertEquals(List.of(), installation.removeShim());
    assertEquals(Optional.of("0 attachments and 1 recorded DELs"), installation.needed());
  }

  @Test
  void removeShim_anotherNetworkCallsIt_keepsIt() throws IOException {
    network("10-calico.conflist", CALICO);
    install();
    installation.handBack();
    Path byHand =
        network("50-mine.conf", "{\"cniVersion\":\"1.0.0\",\"name\":\"m\",\"type\":\"myriapod\"}");

    assertEquals(List.of(), installation.removeShim());
    assertEquals(Optional.of("the network in " + byHand), installation.needed());
  }

  @Test
  void handBack_tornOfOurName_isRemoved_anothersIsLeft() throws IOException {
    network("00-myriapod.conflist", "{\"cniVer");
    assertEquals(List.of("removed " + conflist()), installation.handBack());

    network("00-myriapod.conflist", CALICO);
    assertEquals(List.of(), installation.handBack());
  }

  @Test
  void removeShim_somebodysLink_isLeft() throws IOException {
    Files.createDirectories(program.getParent());
    Files.createSymbolicLink(program, Files.writeString(root.resolve("theirs"), "theirs"));

    assertEquals(List.of(), installation.removeShim());
  }

  @Test
  void folders_notAbsolute_areRefused() {
    AgentPaths paths = new AgentPaths(root);

    assertThrows(
        CniException.class, () -> new NodeFolders(paths, Path.of("net.d"), Path.of("/opt")));
  }
}
