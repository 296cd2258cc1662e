package io.myriapod.cni.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.foreign.ForeignPlugin;
import io.myriapod.cni.foreign.ProcessLauncher;
import io.myriapod.cni.foreign.ScriptPlugins;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.types.MacAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainTest {
  private static final String ADDRESS =
      "{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"10.0.0.%d/24\"}]}";

  @TempDir Path scratch;
  @TempDir Path bin;
  private ScriptPlugins scripts;
  private ProcessLauncher launcher;
  private final List<String> told = new ArrayList<>();
  private Chain chain;

  @BeforeEach
  void chain() {
    scripts = new ScriptPlugins(bin);
    launcher = new ProcessLauncher(scratch);
    chain =
        new Chain(
            (config, path) -> new ForeignPlugin(config.type(), launcher),
            (plugin, request) -> told.add(plugin.type() + scripts.calls().size()));
  }

  @Test
  void add_threePlugins_eachGetsTheResultBefore() {
    for (int i = 1; i <= 3; i++) {
      scripts.recorder("p" + i, "echo '" + ADDRESS.formatted(i) + "'");
    }

    CniResult result = chain.add(call("'cniVersion':'1.1.0'"));

    assertEquals("10.0.0.3/24", result.addresses().get(0).address().toString());
    assertFalse(scripts.stdin("p1", "ADD").contains("prevResult"));
    assertTrue(scripts.stdin("p2", "ADD").contains("10.0.0.1/24"));
    assertTrue(scripts.stdin("p3", "ADD").contains("10.0.0.2/24"));
    assertEquals(List.of("p10", "p21", "p32"), told);
    assertTrue(scripts.stdin("p2", "ADD").contains("\"runtimeConfig\":{\"mac\":\"m\"}"));
    assertFalse(scripts.stdin("p1", "ADD").contains("runtimeConfig"));
  }

  @Test
  void add_secondFails_stopsThere() {
    scripts.recorder("p1", "echo '" + ADDRESS.formatted(1) + "'");
    scripts.recorder("p2", "echo '{\"code\":11,\"msg\":\"later\"}'; exit 1");
    scripts.recorder("p3");

    var e = assertThrows(CniException.class, () -> chain.add(call("'cniVersion':'1.1.0'")));

    assertEquals(11, e.code());
    assertEquals(List.of("ADD p1", "ADD p2"), scripts.calls());
  }

  @Test
  void validate_oneMissing_isFoundBeforeAnythingRuns() {
    scripts.recorder("p1");
    scripts.recorder("p2");

    var e = assertThrows(CniException.class, () -> chain.validate(call("'x':1")));

    assertEquals(7, e.code());
    assertTrue(e.getMessage().contains("\"p3\""), e.getMessage());
    assertEquals(List.of(), scripts.calls());
  }

  @Test
  void delete_errors_goesOnInReverseAndTellsAll() {
    scripts.recorder("p1", "echo '{\"code\":5,\"msg\":\"disk\"}'; exit 1");
    scripts.recorder("p2");
    scripts.recorder("p3", "echo '{\"code\":11,\"msg\":\"busy\"}'; exit 1");

    var e =
        assertThrows(
            CniException.class,
            () -> chain.delete(call("'cniVersion':'1.1.0'"), Optional.of(CniResult.empty())));

    assertEquals(List.of("DEL p3", "DEL p2", "DEL p1"), scripts.calls());
    assertEquals(11, e.code());
    assertEquals("DEL by plugin \"p3\": busy; DEL by plugin \"p1\": disk", e.getMessage());
    for (String type : List.of("p1", "p2", "p3")) {
      assertTrue(scripts.stdin(type, "DEL").contains("prevResult"));
    }
  }

  @Test
  void delete_oldVersion_hasNoPrevResult() {
    recorders();
    chain.delete(call("'cniVersion':'0.3.1'"), Optional.of(CniResult.empty()));
    assertFalse(scripts.stdin("p2", "DEL").contains("prevResult"));
  }

  @Test
  void check_list_sameResultToAllInOrder() {
    recorders();
    chain.check(call("'cniVersion':'0.4.0'"), CniResult.empty());
    assertEquals(List.of("CHECK p1", "CHECK p2", "CHECK p3"), scripts.calls());
    assertTrue(scripts.stdin("p1", "CHECK").contains("prevResult"));
    assertTrue(scripts.stdin("p3", "CHECK").contains("prevResult"));
  }

  /** Debian's tuning sets an MTU and hands on the result as it was. */
  @Test
  void check_builtinWithOthersBehind_isNotToldTheMtu() {
    recorders();
    MacAddress mac = MacAddress.parse("02:00:00:00:00:01");
    Interface inPod = Interface.inContainer("net1", mac, 1500, "/run/netns/pod");
    Interface onHost = Interface.onHost("net1", mac, 1500);
    CniResult result = CniResult.of(onHost, inPod);
    Builtin builtin = new Builtin();

    for (String type : List.of("p2", "p3")) {
      Chain mixed =
          new Chain(
              (config, path) ->
                  config.type().equals(type) ? builtin : new ForeignPlugin(config.type(), launcher),
              ChainListener.NONE);
      mixed.check(call("'cniVersion':'1.1.0'"), result);
    }

    assertEquals(
        List.of(List.of(Optional.of(1500), Optional.empty()), mtus(result)), builtin.checked);
    assertTrue(scripts.stdin("p1", "CHECK").contains("\"mtu\":1500,\"sandbox\""));
  }

  private static List<Optional<Integer>> mtus(CniResult result) {
    return result.interfaces().stream().map(Interface::mtu).toList();
  }

  /** Notes which MTUs it is told at CHECK. */
  private static final class Builtin implements Plugin {
    private final List<List<Optional<Integer>>> checked = new ArrayList<>();

    @Override
    public String type() {
      return "builtin";
    }

    @Override
    public void validate(PluginRequest request) {}

    @Override
    public CniResult add(PluginRequest request) {
      return CniResult.empty();
    }

    @Override
    public void check(PluginRequest request) {
      checked.add(mtus(request.requirePrevResult()));
    }

    @Override
    public void delete(PluginRequest request) {}

    @Override
    public void gc(GcRequest request) {}

    @Override
    public void status(StatusRequest request) {}
  }

  @Test
  void check_disabledOrTooOld_runsNothing() {
    recorders();
    chain.check(call("'cniVersion':'0.4.0','disableCheck':'true'"), CniResult.empty());
    var e =
        assertThrows(
            CniException.class, () -> chain.check(call("'cniVersion':'0.3.1'"), CniResult.empty()));
    assertEquals(1, e.code());
    assertEquals(List.of(), scripts.calls());
  }

  @Test
  void gc_errors_goesOnAndTellsAll() {
    scripts.recorder("p1", "exit 1");
    scripts.recorder("p2");
    scripts.recorder("p3", "exit 2");
    ChainCall call = call("'cniVersion':'1.1.0'");

    var e = assertThrows(CniException.class, () -> chain.gc(call.list(), gc(call)));

    assertEquals(List.of("GC p1", "GC p2", "GC p3"), scripts.calls());
    assertTrue(e.getMessage().contains("exit code 1"), e.getMessage());
    assertTrue(e.getMessage().contains("exit code 2"), e.getMessage());
    assertTrue(scripts.stdin("p2", "GC").contains("\"cni.dev/valid-attachments\":[]"));
  }

  @Test
  void gcAndStatus_disabledOrOld_runNothing() {
    recorders();
    ChainCall old = call("'cniVersion':'1.0.0'");
    chain.gc(old.list(), gc(old));
    chain.status(old.list(), status(old));
    ChainCall disabled = call("'cniVersion':'1.1.0','disableGC':true");
    chain.gc(disabled.list(), gc(disabled));
    assertEquals(List.of(), scripts.calls());
  }

  @Test
  void status_firstError_wins() {
    scripts.recorder("p1");
    scripts.recorder("p2", "echo '{\"code\":51,\"msg\":\"limited\"}'; exit 1");
    scripts.recorder("p3");
    ChainCall call = call("'cniVersion':'1.1.0'");

    var e = assertThrows(CniException.class, () -> chain.status(call.list(), status(call)));

    assertEquals(51, e.code());
    assertEquals(List.of("STATUS p1", "STATUS p2"), scripts.calls());
  }

  @Test
  void ipam_main_getsTheWholeConfig() {
    scripts.recorder("ip", "echo '" + ADDRESS.formatted(7) + "'");
    DelegatedIpam ipam = new DelegatedIpam(launcher, (plugin, request) -> told.add(plugin.type()));
    PluginRequest request =
        scripts.request(
            "{'cniVersion':'1.1.0','name':'n','type':'macvlan','ipam':{'type':'ip','z':1}}");

    CniResult result = ipam.allocate(request);
    ipam.check(request);
    ipam.release(request);

    assertEquals("10.0.0.7/24", result.addresses().get(0).address().toString());
    assertEquals(List.of("ADD", "CHECK", "DEL"), scripts.calls("ip"));
    assertEquals(List.of("ip"), told);
    assertEquals(
        new String(request.config().bytes(), StandardCharsets.UTF_8), scripts.stdin("ip", "ADD"));
    assertEquals("net1", scripts.environment("ip", "DEL").get("CNI_IFNAME"));
  }

  @Test
  void ipam_addFails_isReleased() {
    scripts.recorder("ip", "[ $CNI_COMMAND = DEL ] && exit 0", "echo junk; exit 1");
    DelegatedIpam ipam = new DelegatedIpam(launcher, ChainListener.NONE);

    var e =
        assertThrows(
            CniException.class,
            () -> ipam.allocate(scripts.request("{'name':'n','ipam':{'type':'ip'}}")));

    assertEquals(104, e.code());
    assertEquals(List.of("ADD", "DEL"), scripts.calls("ip"));
  }

  @Test
  void ipam_badType_isCode7() {
    DelegatedIpam ipam = new DelegatedIpam(launcher, ChainListener.NONE);
    for (String config :
        List.of(
            "{}", "{'ipam':{}}", "{'ipam':{'type':'../sh'}}", "{'ipam':{'type':'a\\u0000b'}}")) {
      var e = assertThrows(CniException.class, () -> ipam.validate(scripts.request(config)));
      assertEquals(7, e.code());
    }
  }

  private void recorders() {
    List.of("p1", "p2", "p3").forEach(scripts::recorder);
  }

  private ChainCall call(String keys) {
    PluginRequest request = scripts.request("{}");
    String list =
        "{'name':'n',%s,'plugins':[{'type':'p1'},{'type':'p2','capabilities':{'mac':true}},{'type':'p3'}]}"
            .formatted(keys);
    return new ChainCall(
        NetworkList.parse(ScriptPlugins.json(list)),
        request.container(),
        request.interfaceName(),
        request.netns(),
        request.args(),
        Map.of("mac", TextNode.valueOf("m")),
        request.deadline(),
        request.searchPath(),
        request.caller());
  }

  private static GcRequest gc(ChainCall call) {
    return new GcRequest(
        first(call).config(), Set.of(), call.deadline(), call.searchPath(), call.caller());
  }

  private static StatusRequest status(ChainCall call) {
    return new StatusRequest(
        first(call).config(), call.deadline(), call.searchPath(), call.caller());
  }

  private static PluginRequest first(ChainCall call) {
    return call.request(0, Optional.empty());
  }
}
