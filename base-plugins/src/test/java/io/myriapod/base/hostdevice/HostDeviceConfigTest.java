package io.myriapod.base.hostdevice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.base.hostdevice.DeviceSelector.ByAuxiliary;
import io.myriapod.base.hostdevice.DeviceSelector.ByKernelPath;
import io.myriapod.base.hostdevice.DeviceSelector.ByMac;
import io.myriapod.base.hostdevice.DeviceSelector.ByName;
import io.myriapod.base.hostdevice.DeviceSelector.ByPci;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostDeviceConfigTest {
  private static final MacAddress MAC = MacAddress.parse("02:00:5e:10:00:01");

  @Test
  void parse_everyKey_isInTheReferencesOrder() {
    assertEquals(
        List.of(
            new ByName("eth5"),
            new ByMac(MAC),
            new ByKernelPath("devices/pci0000:00/0000:00:19.0"),
            new ByPci("pciBusID", new PciAddress("0000:01:10.2"))),
        selectors(
            "'pciBusID':'0000:01:10.2','kernelpath':'/sys/devices/pci0000:00//0000:00:19.0/',"
                + "'HWADDR':'02-00-5E-10-00-01','device':'eth5'"));
  }

  @Test
  void parse_macInGroupsWithDots_isRead() {
    assertEquals(List.of(new ByMac(MAC)), selectors("'hwaddr':'0200.5e10.0001'"));
  }

  @Test
  void parse_deviceId_standsForPciBusId() {
    assertEquals(
        List.of(new ByPci("deviceID", new PciAddress("0000:01:10.3"))),
        selectors("'pciBusID':'0000:01:10.2','runtimeConfig':{'deviceID':'0000:01:10.3'}"));
    assertEquals(
        List.of(new ByAuxiliary("deviceID", "mlx5_core.sf.4")),
        selectors("'pciBusID':'mlx5_core.sf.4','runtimeConfig':{'deviceID':'mlx5_core.sf.4'}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "'device':''", "'device':null,'hwaddr':''", "'deviceID':'0000:01:10.3'"})
  void parse_noKeyNamesADevice_namesTheFour(String keys) {
    CniException e = assertThrows(CniException.class, () -> parse(keys));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    for (String key : List.of("\"device\"", "\"hwaddr\"", "\"kernelpath\"", "\"pciBusID\"")) {
      assertTrue(e.getMessage().contains(key), e.getMessage());
    }
  }

  @Test
  void selectors_noKeyNamesADevice_areNone() {
    assertEquals(List.of(), HostDeviceConfig.selectors(HostDeviceLab.config("")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'device':5                                   | device
          'device':'a/b'                               | device
          'device':'a b'                               | device
          'device':'..'                                | device
          'hwaddr':'xx'                                | hwaddr
          'hwaddr':'02:00:5e:10:00'                    | hwaddr
          'hwaddr':['02:00:5e:10:00:01']               | hwaddr
          'kernelpath':'/foo'                          | kernelpath
          'kernelpath':'sys/devices/pci0'              | kernelpath
          'kernelpath':'/sys/devices/'                 | kernelpath
          'kernelpath':'/sys/devices/../class/net'     | kernelpath
          'kernelpath':'/sys/devices/virtual'          | kernelpath
          'pciBusID':'00:1f.0'                         | pciBusID
          'pciBusID':'../../x'                         | pciBusID
          'runtimeConfig':{'deviceID':'../x.y'}        | runtimeConfig.deviceID
          'runtimeConfig':{'deviceID':7}               | runtimeConfig.deviceID
          'device':'dev0','dad':'perhaps'              | dad
          """)
  void parse_badValue_namesKeyAndValue(String keys, String key) {
    CniException e = assertThrows(CniException.class, () -> parse(keys.strip()));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("\"%s\" is ".formatted(key)), e.getMessage());
  }

  @Test
  void parse_keysOfOtherPlugins_areWithoutEffect() {
    NetworkConfig config = HostDeviceLab.config("'device':'dev0','mac':'x','mtu':9,'pciBusID':''");
    HostDeviceConfig.parse(config);

    assertEquals(List.of("mac", "mtu"), UnusedKeys.of(config));
  }

  private static List<DeviceSelector> selectors(String keys) {
    return parse(keys).selectors();
  }

  private static HostDeviceConfig parse(String keys) {
    return HostDeviceConfig.parse(HostDeviceLab.config(keys));
  }
}
