package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A runtime that calls wrongly gets a CNI error that says so, and nothing has changed. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class BadCallIT {
  private static Stage stage;
  private static TestPod pod;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    stage.defineMacvlan("storage", "10.20.0.0/24");
    pod = stage.podWith("storage");
  }

  /** After all that was refused, the pod can be attached as if nothing had been. */
  @AfterAll
  static void close() {
    Result added = pod.add();
    pod.call().after(added).run("CHECK");
    pod.delete();
    stage.close();
  }

  private static void assertAddRefused(Call call, int code, String... named) {
    assertEachRefused(Stream.of(call), code, named);
  }

  private static void assertEachRefused(Stream<Call> calls, int code, String... named) {
    stage.assertUntouched(
        pod, () -> calls.forEach(call -> assertRefused(call.attempt("ADD"), code, named)));
  }

  @Test
  void add_stdinBroken_isRefused() {
    assertEachRefused(
        Stream.of(
                "", "{", "{\"cniVersion\":\"1.1.0\",", "[]", "\"text\"", "null", "{} {}", "\u0000")
            .map(pod.call()::config),
        6,
        "network configuration");
  }

  @Test
  void add_stdinTooLargeOrDeep_isRefused() {
    String large = stage.config().put("x", "y".repeat(2 << 20)).toString();
    assertAddRefused(pod.call().config(large), 6, "1048576");
    String deep = "{\"a\":".repeat(500) + "1" + "}".repeat(500);
    assertAddRefused(pod.call().config(deep), 6, "network configuration", "64");
  }

  @Test
  void add_variableMissing_isRefusedNamingIt() {
    stage.assertUntouched(
        pod,
        () -> {
          for (String variable :
              List.of("CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH")) {
            assertRefused(pod.call().without(variable).attempt("ADD"), 4, variable, "missing");
            assertRefused(pod.call().with(variable, "").attempt("ADD"), 4, variable, "missing");
          }
        });
  }

  @Test
  void add_severalVariablesMissing_namesThemAll() {
    assertAddRefused(
        pod.call().without("CNI_NETNS").without("CNI_IFNAME"), 4, "CNI_NETNS", "CNI_IFNAME");
  }

  @Test
  void call_commandMissingOrUnknown_isRefused() {
    stage.assertUntouched(
        pod,
        () -> {
          assertRefused(pod.call().attempt("REMOVE"), 4, "CNI_COMMAND", "REMOVE", "ADD");
          assertRefused(pod.call().attempt("add"), 4, "CNI_COMMAND", "add");
        });
  }

  @Test
  void call_noCommandAtAll_saysWhatItIs() {
    Result said = pod.call().execute();

    assertEquals(0, said.exitCode(), said::err);
    assertTrue(said.err().contains("1.1.0"), said::err);
  }

  @Test
  void add_unknownVariable_hasNoEffect() {
    TestPod other = stage.pod();

    other.call().with("CNI_SOMETHING_NEW", "1").run("ADD");

    other.delete();
  }

  @Test
  void add_cniVersionUnknown_isRefused() {
    stage.assertUntouched(
        pod,
        () -> {
          for (String version : List.of("2.0.0", "0.5.0", "1.1", "latest", "v1.0.0", "-1")) {
            String config = stage.config().put("cniVersion", version).toString();
            assertRefused(pod.call().config(config).attempt("ADD"), 1, version, "1.1.0");
          }
        });
  }

  @Test
  void check_cniVersionTooOld_isRefused() {
    Call call = pod.call().config(stage.config().put("cniVersion", "0.3.1").toString());

    stage.assertUntouched(pod, () -> assertRefused(call.attempt("CHECK"), 1, "0.3.1", "0.4.0"));
  }

  @Test
  void add_networkNameBad_isRefused() {
    assertEachRefused(
        Stream.of("a/b", "..", "../../etc", "a b", "", "/", ".hidden", "nul\tl")
            .map(name -> pod.call().config(stage.config().put("name", name).toString())),
        7,
        "name");
  }

  @Test
  void add_interfaceNameBad_isRefused() {
    assertEachRefused(
        Stream.of("a/b", "..", ".", "a b", "0123456789abcdef", "a:b", "tab\there", "new\nline")
            .map(name -> pod.call().with("CNI_IFNAME", name)),
        4,
        "CNI_IFNAME");
  }

  @Test
  void add_containerIdBad_isRefused() {
    stage.assertUntouched(
        pod,
        () -> {
          for (String id :
              List.of(
                  "../../../etc/passwd", "a/../b", "..", "/etc", "a b", ".x", "-x", "semi;colon")) {
            Call call = pod.call().with("CNI_CONTAINERID", id);
            assertRefused(call.attempt("ADD"), 4, "CNI_CONTAINERID");
            assertRefused(call.attempt("DEL"), 4, "CNI_CONTAINERID");
          }
        });
  }

  @Test
  void add_pluginTypeWithPath_isRefused() {
    assertEachRefused(
        Stream.of("/bin/sh", "../sh", "..", "a/b", "").map(BadCallIT::withDefaultPlugin),
        7,
        "type");
  }

  @Test
  void add_ipamTypeWithPath_isRefused() {
    ObjectNode config = stage.config();
    ((ObjectNode) config.at("/delegates/0/plugins/0/ipam")).put("type", "../../bin/sh");

    assertAddRefused(pod.call().config(config.toString()), 7, "type", "../../bin/sh");
  }

  @Test
  void add_pluginTypeUnknown_isRefusedNamingWhereItWasLookedFor() {
    assertAddRefused(withDefaultPlugin("teleport"), 7, "teleport", stage.bin().toString());
  }

  private static Call withDefaultPlugin(String type) {
    ObjectNode config = stage.config();
    ((ObjectNode) config.at("/delegates/0/plugins/0")).put("type", type);
    return pod.call().config(config.toString());
  }

  @Test
  void add_argumentsBad_isRefused() {
    assertEachRefused(
        Stream.of("K8S_POD_NAME", "A=b=c;IgnoreUnknown=1", ";;", "=x")
            .map(arguments -> pod.call().with("CNI_ARGS", arguments)),
        4,
        "CNI_ARGS");
  }

  @Test
  void add_podNamespaceNoName_isRefused() {
    String arguments = "IgnoreUnknown=1;K8S_POD_NAME=x;K8S_POD_NAMESPACE=";
    assertEachRefused(
        Stream.of("../../etc", "Shop", "a_b")
            .map(namespace -> pod.call().with("CNI_ARGS", arguments + namespace)),
        4,
        "CNI_ARGS");
  }

  @Test
  void add_netnsIsPlainFile_isRefused() throws IOException {
    Path file = Files.writeString(stage.at("plain"), "no namespace");

    assertAddRefused(pod.call().with("CNI_NETNS", file.toString()), 8, file.toString());
  }

  @Test
  void add_netnsIsNoNetworkNamespace_isRefused() {
    stage.assertUntouched(
        pod,
        () -> {
          for (String path : List.of("/absent", "/proc/self/ns/mnt", "/dev/null", "/tmp")) {
            assertRefused(pod.call().with("CNI_NETNS", path).attempt("ADD"), 8, path);
          }
        });
    assertAddRefused(pod.call().with("CNI_NETNS", "relative"), 4, "CNI_NETNS", "relative");
  }

  @Test
  void add_netnsIsTheNodesOwn_isRefused() {
    String path = stage.node().path().toString();

    assertAddRefused(pod.call().with("CNI_NETNS", path), 8, path);
  }

  @Test
  void add_confBreaksItsOwnRules_isRefusedNamingKeyAndValue() {
    assertAddRefused(
        pod.call().config(stage.config().put("namespaceIsolation", "perhaps").toString()),
        7,
        "namespaceIsolation",
        "perhaps");
    assertAddRefused(
        pod.call().config(stage.config().put("binDir", "relative").toString()),
        7,
        "binDir",
        "relative");
    ObjectNode none = stage.config();
    none.remove("delegates");
    assertAddRefused(pod.call().config(none.toString()), 7, "delegates");
  }

  @Test
  void check_withoutPreviousResult_isRefused() {
    stage.assertUntouched(pod, () -> assertRefused(pod.call().attempt("CHECK"), 7, "prevResult"));
  }

  @Test
  void check_containerUnknown_isRefused() {
    Call call = pod.call().config(stage.config().toString());
    ObjectNode config = stage.config();
    config.putObject("prevResult").put("cniVersion", "1.1.0");

    stage.assertUntouched(
        pod, () -> assertRefused(call.config(config.toString()).attempt("CHECK"), 3, "box-"));
  }

  @Test
  void del_containerUnknown_succeeds() {
    stage.assertUntouched(pod, () -> assertEquals("", pod.call().run("DEL").out()));
  }

  @Test
  void gcAndStatus_cniVersionTooOld_areRefused() {
    Call call = pod.call().config(stage.config().put("cniVersion", "1.0.0").toString());

    stage.assertUntouched(
        pod,
        () -> {
          assertRefused(call.attempt("GC"), 1, "1.0.0", "1.1.0");
          assertRefused(call.attempt("STATUS"), 1, "1.0.0", "1.1.0");
        });
    assertFalse(stage.agent().hasEnded());
  }
}
