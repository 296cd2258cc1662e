package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A main plugin of others executes its IPAM plugin, which is a link to our shim. */
@InNamespaces(kinds = "bridge")
class InnerCallIT {
  private static Stage stage;
  private static RecorderPlugin recorder;

  @BeforeAll
  static void open() throws IOException {
    stage = Stage.open();
    recorder = RecorderPlugin.install(stage.bin(), "main");
    Files.createSymbolicLink(stage.bin().resolve("host-local"), stage.shimAs("host-local"));
    Answer delegates = delegating("host-local");
    List.of("ADD", "CHECK", "DEL").forEach(verb -> recorder.answer(verb, delegates));
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static Answer delegating(String ipam) {
    return new Answer(
        Map.of(
            "script",
            "MYRIAPOD_ROOT=%s %s <\"$call/stdin\"; exit $?"
                .formatted(stage.at(""), stage.bin().resolve(ipam))));
  }

  private static TestPod podOf(String network, String subnet) {
    stage.define(
        network,
        """
        {"cniVersion":"1.0.0","name":"%s","type":"main","ipam":%s}
        """
            .formatted(network, Stage.hostLocal(subnet)));
    return stage.podWith(network);
  }

  @Test
  void addCheckDel_ipamIsOurs_neitherWaitsForTheOther() {
    TestPod pod = podOf("inner", "10.7.0.0/24");

    Result added = pod.add();
    List<String> leased = stage.leases("inner");
    pod.call().after(added).run("CHECK");
    pod.delete();

    assertEquals(List.of("10.7.0.2"), leased);
    assertEquals(List.of(), stage.leases("inner"));
    assertTrue(
        recorder.calls("ADD").get(0).environment().containsKey("CNI_MYRIAPOD_WITHIN"),
        "a plugin that may call back has no mark");
  }

  @Test
  void add_laterNetworkFails_innerLeaseIsGivenBack() {
    podOf("rolled", "10.8.0.0/24");
    TestPod pod = podOf("other", "10.9.0.0/24");
    stage.define("fails", "{\"cniVersion\":\"1.0.0\",\"name\":\"fails\",\"type\":\"failing\"}");
    RecorderPlugin.install(stage.bin(), "failing").answer("ADD", Answer.failsWith(7, "no", ""));
    stage.announce(pod.name(), Map.of("k8s.v1.cni.cncf.io/networks", "rolled,fails"));

    Result refused = pod.call().attempt("ADD");

    assertEquals(1, refused.exitCode());
    assertEquals(List.of(), stage.leases("rolled"));
  }
}
