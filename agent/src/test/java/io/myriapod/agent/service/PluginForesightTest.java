package io.myriapod.agent.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.plugin.TakesDevice;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.types.ContainerId;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a plugin can take is seen, by whatever key its config names it. */
class PluginForesightTest {
  private static final String CARD = "0000:01:00.0";

  @TempDir private Path sys;
  private PluginForesight foresight;

  /** Takes what its key {@code link} says. */
  private static final class Taker implements Plugin, TakesDevice {
    @Override
    public String type() {
      return "taker";
    }

    @Override
    public Optional<DeviceId> deviceOf(PluginRequest request) {
      return request.config().root().string("link").map(DeviceId::new);
    }

    @Override
    public void validate(PluginRequest request) {}

    @Override
    public CniResult add(PluginRequest request) {
      return CniResult.empty();
    }

    @Override
    public void check(PluginRequest request) {}

    @Override
    public void delete(PluginRequest request) {}

    @Override
    public void gc(GcRequest request) {}

    @Override
    public void status(StatusRequest request) {}
  }

  @BeforeEach
  void open() {
    FakeSysfs sysfs = new FakeSysfs(sys).driver("iavf", "0x10ca");
    sysfs.physical(CARD, 7).written("bus/pci/devices/" + CARD + "/sriov_numvfs", "1");
    Launcher nobody =
        (program, environment, stdin, deadline) -> {
          throw new AssertionError("nothing is executed here");
        };
    PluginRegistry registry = new PluginRegistry(List.of(new Taker()), nobody);
    foresight = new PluginForesight(registry, null, new PciBus(new Sysfs(sys)));
  }

  private Set<ForeseenDevice> devices(String config) {
    String json = "{'cniVersion':'1.1.0','name':'n'," + config + "}";
    return foresight.devices(
        new PluginRequest(
            new ContainerId("c1"),
            new InterfaceName("net1"),
            Optional.empty(),
            CniArgs.empty(),
            NetworkConfig.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
            Optional.empty(),
            Deadline.in(Duration.ofSeconds(5)),
            List.of()));
  }

  private Set<String> ids(String config) {
    Set<String> ids = new TreeSet<>();
    devices(config).forEach(device -> ids.add(device.id().value()));
    return ids;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'type':'other'|",
        "'type':'other','deviceID':'a'|a",
        "'type':'other','deviceID':'a','runtimeConfig':{'deviceID':'b'}|a b",
        "'type':'other','DeviceID':'a','DEVICEID':'b'|b",
        "'type':'other','pciBusID':'a','deviceID':5|a",
        "'type':'taker','link':'a','deviceID':'b'|a",
        "'type':'taker','builtin':false,'link':'a','deviceID':'b'|a b",
        "'type':'taker','builtin':false,'deviceID':'b'|b",
        "'type':'other','deviceID':'0000:01:10.0','pciBusID':'0000:01:10.0'|0000:01:10.0",
      })
  void devices_anyKey_isSeen(String config, String wanted) {
    Set<String> expected = wanted == null ? Set.of() : new TreeSet<>(List.of(wanted.split(" ")));

    assertEquals(expected, ids(config));
  }

  @Test
  void devices_builtin_isRecordedByItself() {
    assertEquals(
        Set.of(new ForeseenDevice(new DeviceId("a"), Optional.empty(), true)),
        devices("'type':'taker','link':'a'"));
    assertEquals(
        Set.of(new ForeseenDevice(new DeviceId("a"), Optional.empty(), false)),
        devices("'type':'taker','link':'a','builtin':false"));
  }

  @Test
  void devices_virtualFunction_isKnownWithItsCard() {
    assertEquals(
        Set.of(
            new ForeseenDevice(
                new DeviceId("0000:01:10.0"), Optional.of(new PciAddress(CARD)), false)),
        devices("'type':'other','deviceID':'0000:01:10.0'"));
  }

  @ParameterizedTest
  @CsvSource({"./0000:01:10.4", "x/../0000:01:10.4", "a b"})
  void devices_whatIsNoId_isRefused(String text) {
    CniException refusal =
        assertThrows(CniException.class, () -> ids("'type':'other','pciBusID':'" + text + "'"));

    assertEquals(ErrorCode.INVALID_CONFIG, refusal.code());
  }
}
