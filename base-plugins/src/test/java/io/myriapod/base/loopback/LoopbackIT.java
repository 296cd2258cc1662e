package io.myriapod.base.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.pluginlab.PluginLab;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@InNamespaces
class LoopbackIT {
  @TempDir private Path temp;
  private Lab lab;
  private PluginRequest request;

  private static final class Lab extends PluginLab {
    final LoopbackPlugin plugin;

    Lab(Netns node, Netns pod, Path temp) {
      super(node, pod, temp, "lo");
      this.plugin = new LoopbackPlugin(this.node, journal);
      undoWith(plugin.inverseHandlers());
    }

    @Override
    protected Plugin plugin() {
      return plugin;
    }

    @Override
    protected NetworkConfig configOf(String keys) {
      return config("lo", LoopbackPlugin.TYPE, keys);
    }
  }

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new Lab(node, pod, temp);
    request = lab.request("lo", "");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static boolean isUp(Netns namespace) {
    return namespace.link("lo").get("flags").toString().contains("\"UP\"");
  }

  @Test
  void add_freshPod_setsUpAndTellsAddresses(Netns node, Netns pod) {
    CniResult result = lab.add(request);

    assertTrue(isUp(pod));
    assertTrue(!isUp(node));
    assertEquals(
        "{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"lo\",\"mac\":\"00:00:00:00:00:00\",\"sandbox\":\"%s\"}],\"ips\":[{\"interface\":0,\"address\":\"127.0.0.1/8\"},{\"interface\":0,\"address\":\"::1/128\"}]}"
            .formatted(pod.path()),
        ResultCodec.encode(result, CniVersion.NEWEST).toString().replace(",\"dns\":{}", ""));
  }

  @Test
  void add_anyInterfaceName_isAboutLo(Netns pod) {
    CniResult result = lab.add(lab.request("net1", ""));

    assertTrue(isUp(pod));
    assertEquals("lo", result.interfaces().get(0).name());
  }

  @Test
  void add_afterAnotherPlugin_passesItsResultOn(Netns pod) {
    CniResult before =
        CniResult.of(
            new Interface(
                "eth0",
                Optional.empty(),
                Optional.empty(),
                Optional.of(pod.path().toString()),
                Optional.empty(),
                Optional.empty()));

    assertEquals(before, lab.add(request.withPrevResult(Optional.of(before))));
    assertTrue(isUp(pod));
  }

  @Test
  void add_ipv6SwitchedOff_tellsIpv4Alone(Netns pod) {
    pod.sysctl("net/ipv6/conf/lo/disable_ipv6", "1");

    assertEquals(1, lab.add(request).addresses().size());
  }

  @Test
  void add_foreignAddressOnLo_isRefusedAndNothingChanged(Netns pod) {
    pod.run("ip addr add 10.9.9.9/32 dev lo");

    CniException e = assertThrows(CniException.class, () -> lab.add(request));

    assertEquals(ErrorCode.INVALID_NETNS, e.code());
    assertTrue(e.getMessage().contains("10.9.9.9/32"), e::getMessage);
    assertTrue(!isUp(pod));
  }

  @Test
  void add_faultAtEveryStep_leavesItDown(Netns pod) {
    int steps =
        lab.faultAtEveryStep(
            () -> lab.add(request),
            () -> {
              assertTrue(!isUp(pod));
              assertEquals(List.of(), lab.journal.all());
            });

    assertTrue(steps >= 3, "only " + steps + " steps were seen");
  }

  @Test
  void undo_setUpByUs_setsDown(Netns pod) {
    lab.add(request);

    assertTrue(lab.deleteByJournal().clean());

    assertTrue(!isUp(pod));
  }

  @Test
  void undo_upBefore_leavesUp(Netns pod) {
    pod.run("ip link set lo up");
    lab.add(request);

    assertTrue(lab.deleteByJournal().clean());

    assertTrue(isUp(pod));
  }

  @Test
  void delete_withoutRecord_setsDownTwice(Netns pod) {
    pod.run("ip link set lo up");

    lab.plugin.delete(request);
    lab.plugin.delete(request);

    assertTrue(!isUp(pod));
    lab.plugin.delete(request.withoutNetns());
  }

  @Test
  void delete_nodesOwnNamespace_leavesItUp(Netns node) {
    node.run("ip link set lo up");

    lab.plugin.delete(lab.request("c1", "lo", node, ""));

    assertTrue(isUp(node));
  }

  @Test
  void check_untouched_succeeds() {
    lab.plugin.check(request.withPrevResult(Optional.of(lab.add(request))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip link set lo down | check \"lo\": it is down",
        "ip addr del 127.0.0.1/8 dev lo | address 127.0.0.1/8 is missing",
        "ip addr del ::1/128 dev lo | address ::1/128 is missing",
      })
  void check_changed_saysWhat(String change, String finding, Netns pod) {
    PluginRequest check = request.withPrevResult(Optional.of(lab.add(request)));
    pod.run(change);

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(check));

    assertEquals(ErrorCode.CHECK_FAILED, e.code());
    assertTrue(e.getMessage().contains(finding), e::getMessage);
  }
}
