package io.myriapod.agent.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.devices.DevicePicture.Source;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.PoolListReader;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.container.ContainerGrant;
import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.device.NodeView;
import io.myriapod.deviceplugin.device.SeenLink;
import io.myriapod.deviceplugin.kubelet.Registration;
import io.myriapod.deviceplugin.kubelet.RegistrationMode;
import io.myriapod.deviceplugin.pool.Allocation;
import io.myriapod.deviceplugin.pool.DevicePools;
import io.myriapod.deviceplugin.pool.Entry;
import io.myriapod.deviceplugin.pool.Holdings;
import io.myriapod.deviceplugin.pool.Holdings.Holder;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.DeviceId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent answers that has told the kubelet of two functions, and what became of them. */
class DevicePictureTest {
  private static final String FIRST = "0000:01:10.0";
  private static final String SECOND = "0000:01:10.2";
  private static final ResourceName VFS = new ResourceName("intel.com", "vfs");
  private static final ResourceName LENT = new ResourceName("intel.com", "lent");
  private static final NodeView NOTHING =
      new NodeView() {
        @Override
        public List<SeenLink> links() {
          return List.of();
        }

        @Override
        public Optional<String> useOf(SeenLink link) {
          return Optional.empty();
        }
      };

  @TempDir private Path root;
  private FakeSysfs tree;
  private Sysfs sysfs;
  private DevicePools pools;
  private Holdings holdings = Holdings.NONE;

  private static final class NoAllocation implements Allocation {
    @Override
    public ContainerGrant allocate(PoolConfig pool, List<Entry> devices, List<Entry> offered) {
      throw new AssertionError("nobody asks for a device");
    }

    @Override
    public void requireReady(PoolConfig pool, List<Entry> devices) {
      throw new AssertionError("nobody asks for a device");
    }
  }

  @BeforeEach
  void make() throws IOException {
    tree = new FakeSysfs(root).driver("igbvf", "0x10ca").driver("vfio-pci");
    tree.physical("0000:01:00.0", 7).written(device("0000:01:00.0/sriov_numvfs"), "2");
    sysfs = new Sysfs(root);
    pools =
        new DevicePools(
            new Discovery(sysfs, () -> NOTHING),
            new DeviceTraits(sysfs, card -> Optional.empty()),
            () -> holdings,
            device -> Optional.empty(),
            new NoAllocation());
    JsonNode list =
        new ObjectMapper()
            .readTree(
                """
                [{"resourceName": "vfs", "selectors": {"pciAddresses": ["0000:01:10.0"], "drivers": ["igbvf"]}},
                 {"resourceName": "lent", "driver": "vfio-pci",
                  "selectors": {"pciAddresses": ["0000:01:10.2"], "drivers": ["igbvf"]}}]
                """);
    pools.configure(new PoolListReader("intel.com").read(list, "list").pools());
  }

  private static String device(String path) {
    return "bus/pci/devices/" + path;
  }

  private void bind(String function, String driver) {
    tree.written("bus/pci/drivers/igbvf/unbind", function);
    tree.written(device(function + "/driver_override"), driver);
    tree.written("bus/pci/drivers_probe", function);
    pools.refresh();
  }

  private ObjectNode answerTo(DeviceRequest request) {
    Instant since = Instant.parse("2025-03-04T05:06:07.891Z");
    return request.on(
        new DevicePicture(
            Source.AGENT,
            pools.selection(),
            pools.inventory(),
            Optional.of(
                List.of(
                    new Registration(
                        VFS,
                        RegistrationMode.WATCHER,
                        Registration.State.REGISTERED,
                        Optional.empty(),
                        since),
                    new Registration(
                        LENT,
                        RegistrationMode.LEGACY,
                        Registration.State.REFUSED,
                        Optional.of("the kubelet says no"),
                        since))),
            sysfs));
  }

  private List<String> conclusionOf(String device) {
    List<String> sentences = new ArrayList<>();
    answerTo(new DeviceRequest.Explanation(device))
        .path("conclusion")
        .forEach(sentence -> sentences.add(sentence.asText()));
    return sentences;
  }

  @Test
  void list_poolsOfAnAgent_sayWhatTheKubeletKnows() {
    JsonNode answer = answerTo(new DeviceRequest.Listing(Optional.empty(), false));

    assertEquals("agent", answer.path("source").asText());
    assertEquals(
        "{\"resource\":\"intel.com/vfs\",\"devices\":1,\"healthy\":1,\"allocated\":0,"
            + "\"registration\":{\"state\":\"registered\",\"mode\":\"watcher\","
            + "\"since\":\"2025-03-04T05:06:07Z\"}}",
        answer.path("pools").path(0).toString());
    assertEquals("the kubelet says no", answer.at("/pools/1/registration/reason").asText());
  }

  @Test
  void list_deviceThatAPodHas_isAllocatedAndNamesThePod() {
    holdings =
        new Holdings(
            Map.of(new DeviceId(FIRST), new Holder("shop/web", Optional.empty())), Map.of());
    pools.refresh();

    JsonNode answer = answerTo(new DeviceRequest.Listing(Optional.of("vfs"), false));

    assertEquals(1, answer.at("/pools/0/allocated").asInt());
    assertEquals("shop/web", answer.at("/devices/0/holder/who").asText());
    assertEquals(
        List.of("intel.com/vfs offers it; it is healthy", "shop/web holds it"),
        conclusionOf(FIRST));
  }

  @Test
  void explain_driverIsGone_staysInThePoolAsUnhealthy() {
    bind(FIRST, "absent");

    assertEquals(
        List.of(
            "intel.com/vfs offers it as unhealthy: it has no driver",
            "without a driver, or in a pod, it does not show all that the selectors ask for; it"
                + " stays in its pool"),
        conclusionOf(FIRST));
  }

  @Test
  void explain_driverThatThePoolGave_saysSo() {
    holdings =
        new Holdings(
            Map.of(new DeviceId(SECOND), new Holder("shop/dpdk", Optional.empty())),
            Map.of(new DeviceId(SECOND), "intel.com/lent"));
    bind(SECOND, "vfio-pci");

    assertEquals(
        List.of(
            "intel.com/lent offers it; it is healthy",
            "that pool gave it driver vfio-pci for a container",
            "shop/dpdk holds it"),
        conclusionOf(SECOND));
  }

  @Test
  void explain_deviceInQuarantine_namesTheLastPod() {
    holdings =
        new Holdings(
            Map.of(new DeviceId(FIRST), new Holder("shop/web", Optional.of("EBUSY"))), Map.of());
    pools.refresh();

    List<String> conclusion = conclusionOf(FIRST);

    assertTrue(conclusion.get(0).endsWith("it could not be cleaned: EBUSY"), conclusion.get(0));
    assertEquals("the last pod that had it is shop/web", conclusion.get(1));
  }
}
