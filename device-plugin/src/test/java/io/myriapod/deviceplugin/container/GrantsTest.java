package io.myriapod.deviceplugin.container;

import static io.myriapod.deviceplugin.container.Samples.granted;
import static io.myriapod.deviceplugin.container.Samples.later;
import static io.myriapod.deviceplugin.container.Samples.pool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.deviceplugin.config.DeviceType;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.VdpaType;
import io.myriapod.deviceplugin.container.ContainerGrant.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrantsTest {
  private static final String ONE = "0000:01:10.0";
  private static final String TWO = "0000:01:10.2";
  private static final String SUBFUNCTION = "mlx5_core.sf.4";
  private static final PoolConfig POOL = pool("intel.com", "vf");
  private static final String KEY = "PCIDEVICE_INTEL_COM_VF";

  @TempDir Path folder;
  private FakeMachine machine;

  @BeforeEach
  void boot() {
    machine = new FakeMachine(folder);
  }

  @Test
  void grant_functionsOnVfio_variablesAndGroups() {
    machine.function(ONE, "vfio-pci").function(TWO, "mlx5_vfio_pci").has("vfio/1", "vfio/2");

    ContainerGrant grant = grant(granted(TWO), granted(ONE));

    String info =
        "{\"0000:01:10.0\":{\"generic\":{\"deviceID\":\"0000:01:10.0\"},"
            + "\"vfio\":{\"dev-mount\":\"/dev/vfio/1\",\"mount\":\"/dev/vfio/vfio\"}},"
            + "\"0000:01:10.2\":{\"generic\":{\"deviceID\":\"0000:01:10.2\"},"
            + "\"vfio\":{\"dev-mount\":\"/dev/vfio/2\",\"mount\":\"/dev/vfio/vfio\"}}}";
    assertEquals(
        Map.of(KEY, "0000:01:10.0,0000:01:10.2", KEY + "_INFO", info), grant.environment());
    assertEquals(nodes("vfio/vfio", "vfio/1", "vfio/2"), grant.nodes());
    assertEquals(Map.of(), grant.annotations());
    assertEquals(List.of(), grant.cdiDevices());
  }

  @Test
  void grant_groupIsAnotherByNow_isTheOneOfNow() {
    machine.function(ONE, "vfio-pci").has("vfio/1", "vfio/2");
    assertEquals(nodes("vfio/vfio", "vfio/1"), grant(granted(ONE)).nodes());

    machine.function(TWO, "vfio-pci").sys.together(ONE, TWO);

    assertEquals(nodes("vfio/vfio", "vfio/2"), grant(granted(ONE)).nodes());
  }

  @Test
  void grant_twoDevicesOfOneGroup_eachNodeOnce() {
    machine.function(ONE, "vfio-pci").function(TWO, "vfio-pci").has("vfio/1");
    machine.sys.together(TWO, ONE);

    assertEquals(nodes("vfio/vfio", "vfio/1"), grant(granted(ONE), granted(TWO)).nodes());
  }

  @Test
  void grant_groupWithoutIommu_hasBothNamesInTheContainer() {
    machine.withoutIommu(ONE, 1);

    ContainerGrant grant = grant(granted(ONE));

    assertEquals(
        List.of(
            node("vfio/vfio"),
            new Node("/dev/vfio/noiommu-1", "/dev/vfio/1"),
            node("vfio/noiommu-1")),
        grant.nodes());
    assertEquals(
        info("\"vfio\":{\"dev-mount\":\"/dev/vfio/1\",\"mount\":\"/dev/vfio/vfio\"}"),
        grant.environment().get(KEY + "_INFO"));
  }

  @Test
  void grant_kernelWithIommufd_hasTheFunctionsOwnFileToo() {
    machine.function(ONE, "vfio-pci").iommufd(ONE, "vfio7").has("vfio/1", "iommu");

    assertEquals(
        nodes("vfio/vfio", "vfio/1", "iommu", "vfio/devices/vfio7"), grant(granted(ONE)).nodes());
  }

  @Test
  void grant_kernelWithoutModuleIommufd_hasTheGroupAlone() {
    machine.function(ONE, "vfio-pci").iommufd(ONE, "vfio7").has("vfio/1");

    assertEquals(nodes("vfio/vfio", "vfio/1"), grant(granted(ONE)).nodes());
  }

  @Test
  void grant_kernelWithoutFilesOfGroups_hasTheFunctionsOwnFileAlone() {
    machine.lost("vfio/vfio").function(ONE, "vfio-pci").iommufd(ONE, "vfio7").has("iommu");

    assertEquals(nodes("iommu", "vfio/devices/vfio7"), grant(granted(ONE)).nodes());
  }

  @Test
  void grant_vfioWithoutItsFiles_namesTheFile() {
    machine.function(ONE, "vfio-pci");

    assertEquals(
        "give device 0000:01:10.0 to a container: /dev/vfio/1 is not there; look whether the agent"
            + " sees the node's /dev, and bind the driver anew",
        refusal(granted(ONE)));
    assertEquals(
        "give device 0000:01:10.0 to a container: /dev/vfio/vfio is not there; load the kernel"
            + " module vfio",
        refusal(machine.lost("vfio/vfio"), granted(ONE)));
  }

  @Test
  void grant_vfioWithoutIommu_saysSo() {
    machine.sys.withoutIommu();
    machine.function(ONE, "vfio-pci");

    assertEquals(
        "give device 0000:01:10.0 to a container: it is in no IOMMU group; switch on the IOMMU in"
            + " firmware and kernel, or VFIO's no-IOMMU mode",
        refusal(granted(ONE)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"uio_pci_generic", "igb_uio"})
  void grant_driverOfUio_hasItsFile(String driver) {
    machine.function(ONE, driver).uio(ONE, "uio3").has("uio3");

    ContainerGrant grant = grant(granted(ONE));

    assertEquals(nodes("uio3"), grant.nodes());
    assertEquals(info("\"uio\":{\"mount\":\"/dev/uio3\"}"), grant.environment().get(KEY + "_INFO"));
  }

  @Test
  void grant_driverOfUioWithoutFile_isRefused() {
    machine.function(ONE, "igb_uio");

    assertEquals(
        "give device 0000:01:10.0 to a container: driver igb_uio shows no file of it; bind the"
            + " driver anew; the kernel's log says why it refused",
        refusal(granted(ONE)));
  }

  @Test
  void grant_driverOfTheKernel_hasVariablesAlone() {
    machine.function(ONE, "iavf");

    ContainerGrant grant = grant(granted(ONE));

    assertEquals(List.of(), grant.nodes());
    assertEquals(
        "{\"0000:01:10.0\":{\"generic\":{\"deviceID\":\"0000:01:10.0\"}}}",
        grant.environment().get(KEY + "_INFO"));
  }

  @Test
  void grant_rdma_hasAllFilesOfTheDevice() {
    machine.function(ONE, "mlx5_core").rdma("bus/pci/devices/" + ONE, 2).connectionManager();

    ContainerGrant grant = grant(granted(ONE, Samples.rdma()));

    assertEquals(
        nodes("infiniband/uverbs2", "infiniband/umad2", "infiniband/issm2", "infiniband/rdma_cm"),
        grant.nodes());
    assertEquals(
        info(
            "\"rdma\":{\"issm\":\"/dev/infiniband/issm2\",\"rdma_cm\":\"/dev/infiniband/rdma_cm\","
                + "\"rdma_dev\":\"mlx5_2\",\"umad\":\"/dev/infiniband/umad2\","
                + "\"uverbs\":\"/dev/infiniband/uverbs2\"}"),
        grant.environment().get(KEY + "_INFO"));
    assertEquals(List.of(), grant(granted(ONE)).nodes(), "the selector does not say isRdma");
  }

  @Test
  void grant_rdmaOfASubfunction_isFoundBelowItsCard() {
    String path = "bus/pci/devices/0000:01:00.0/" + SUBFUNCTION;
    machine.rdma(path, 4).sys.link(path + "/driver", "../../drivers/mlx5_core.sf");

    ContainerGrant grant = grant(granted(SUBFUNCTION, Samples.rdma()));

    assertEquals(
        nodes("infiniband/uverbs4", "infiniband/umad4", "infiniband/issm4"), grant.nodes());
    assertEquals(SUBFUNCTION, grant.environment().get(KEY));
  }

  @Test
  void grant_rdmaThatIsNotThere_saysWhatToLoad() {
    machine.function(ONE, "mlx5_core");
    assertEquals(
        "give device 0000:01:10.0 to a container: it has no RDMA device, and its pool says isRdma;"
            + " load the RDMA module of its driver, such as mlx5_ib or irdma",
        refusal(granted(ONE, Samples.rdma())));

    machine.sys.directory("bus/pci/devices/" + ONE + "/infiniband/mlx5_2");
    assertEquals(
        "give device 0000:01:10.0 to a container: RDMA device mlx5_2 has no file for verbs; load"
            + " the kernel module ib_uverbs",
        refusal(granted(ONE, Samples.rdma())));
  }

  @Test
  void grant_vdpaForPrograms_hasItsFile() {
    machine.function(ONE, "mlx5_core").vdpa(ONE, "vdpa0", "vhost_vdpa", "vhost-vdpa-3");
    machine.has("vhost-vdpa-3");

    ContainerGrant grant = grant(granted(ONE, Samples.vdpa(VdpaType.VHOST)));

    assertEquals(nodes("vhost-vdpa-3"), grant.nodes());
    assertEquals(
        info("\"vdpa\":{\"mount\":\"/dev/vhost-vdpa-3\"}"), grant.environment().get(KEY + "_INFO"));
  }

  @Test
  void grant_vdpaForTheKernel_hasNoFile() {
    machine.function(ONE, "mlx5_core").vdpa(ONE, "vdpa0", "virtio_vdpa", "virtio5");

    ContainerGrant grant = grant(granted(ONE, Samples.vdpa(VdpaType.VIRTIO)));

    assertEquals(List.of(), grant.nodes());
    assertEquals(info("\"vdpa\":{}"), grant.environment().get(KEY + "_INFO"));
  }

  @Test
  void grant_vdpaWithTheOtherDriver_isRefused() {
    machine.function(ONE, "mlx5_core").vdpa(ONE, "vdpa0", "virtio_vdpa", "virtio5");

    assertEquals(
        "give device 0000:01:10.0 to a container: it has no vDPA device with driver vhost_vdpa;"
            + " make one with `vdpa dev add`, and bind that driver to it",
        refusal(granted(ONE, Samples.vdpa(VdpaType.VHOST))));
  }

  @Test
  void grant_vhostNet_hasBothFiles() {
    machine.function(ONE, "iavf").function(TWO, "iavf").has("vhost-net", "net/tun");

    ContainerGrant grant =
        grant(granted(ONE, Samples.vhostNet()), granted(TWO, Samples.vhostNet()));

    assertEquals(nodes("vhost-net", "net/tun"), grant.nodes());
    assertEquals(
        info("\"vhost\":{\"net-mount\":\"/dev/vhost-net\",\"tun-mount\":\"/dev/net/tun\"}"),
        grant(granted(ONE, Samples.vhostNet())).environment().get(KEY + "_INFO"));
  }

  @Test
  void grant_vhostNetWithoutModules_saysWhichToLoad() {
    machine.function(ONE, "iavf");
    assertEquals(
        "give device 0000:01:10.0 to a container: /dev/vhost-net is not there; load the kernel"
            + " module vhost_net",
        refusal(granted(ONE, Samples.vhostNet())));

    machine.has("vhost-net");
    assertEquals(
        "give device 0000:01:10.0 to a container: /dev/net/tun is not there; load the kernel"
            + " module tun",
        refusal(granted(ONE, Samples.vhostNet())));
  }

  @Test
  void grant_driverThatIsBoundLater_foretellsTheGroup() {
    machine.lost("vfio/vfio").function(ONE, "iavf");

    assertEquals(nodes("vfio/vfio", "vfio/1"), grant(later(ONE, "vfio-pci")).nodes());
  }

  @Test
  void grant_driverThatWasBoundMeanwhile_mustHaveItsFiles() {
    machine.function(ONE, "vfio-pci");

    assertThrows(GrantException.class, () -> grant(later(ONE, "vfio-pci")));
  }

  @Test
  void grant_numberThatOnlyTheBindingGives_isRefused() {
    machine.function(ONE, "vfio-pci");
    assertEquals(
        "give device 0000:01:10.0 to a container: its file below /dev is known only once driver"
            + " uio_pci_generic is bound; try again when the pod that has it is gone",
        refusal(later(ONE, "uio_pci_generic")));
    assertEquals(
        "give device 0000:01:10.0 to a container: its RDMA device is known only once driver"
            + " mlx5_core is bound; try again when the pod that has it is gone",
        refusal(
            new GrantedDevice(Samples.device(ONE, 0), Samples.rdma(), Optional.of("mlx5_core"))));
  }

  @Test
  void grant_additionalInfo_ofTheDeviceCountsMore() {
    machine.function(ONE, "iavf").function(TWO, "iavf");
    PoolConfig pool =
        pool(
            "intel.com",
            "vf",
            DeviceType.NET_DEVICE,
            Map.of("*", Map.of("a", "1", "token", "every"), TWO, Map.of("token", "\"two\"")));

    ContainerGrant grant = machine.grants().grant(pool, List.of(granted(ONE), granted(TWO)));

    assertEquals(
        "{\"0000:01:10.0\":{\"extra\":{\"a\":\"1\",\"token\":\"every\"},"
            + "\"generic\":{\"deviceID\":\"0000:01:10.0\"}},"
            + "\"0000:01:10.2\":{\"extra\":{\"a\":\"1\",\"token\":\"\\\"two\\\"\"},"
            + "\"generic\":{\"deviceID\":\"0000:01:10.2\"}}}",
        grant.environment().get(KEY + "_INFO"));
  }

  @Test
  void grant_dashesInTheResource_haveALegalKeyBesideThePeers() {
    machine.function(ONE, "iavf");

    ContainerGrant grant =
        machine.grants().grant(pool("my-org.io", "sriov-vf_a"), List.of(granted(ONE)));

    String info = "{\"0000:01:10.0\":{\"generic\":{\"deviceID\":\"0000:01:10.0\"}}}";
    assertEquals(
        Map.of(
            "PCIDEVICE_MY-ORG_IO_SRIOV-VF_A", ONE,
            "PCIDEVICE_MY-ORG_IO_SRIOV-VF_A_INFO", info,
            "PCIDEVICE_MY_ORG_IO_SRIOV_VF_A", ONE,
            "PCIDEVICE_MY_ORG_IO_SRIOV_VF_A_INFO", info),
        grant.environment());
  }

  /** The container could not start, and nobody would say why. */
  @Test
  void grant_variableLongerThanTheKernelTakes_isRefused() {
    machine.function(ONE, "iavf").function(TWO, "iavf");
    String text = "\u0001".repeat(12_000); // six characters each in JSON
    PoolConfig pool =
        pool("intel.com", "vf", DeviceType.NET_DEVICE, Map.of("*", Map.of("text", text)));

    GrantException refused =
        assertThrows(
            GrantException.class,
            () -> machine.grants().grant(pool, List.of(granted(ONE), granted(TWO))));

    assertEquals(1, machine.grants().grant(pool, List.of(granted(ONE))).environment().size() / 2);
    assertEquals(
        "give device 0000:01:10.0 to a container: variable PCIDEVICE_INTEL_COM_VF_INFO would have"
            + " 144180 bytes, and execve(2) takes 131072; request fewer devices, or shorten"
            + " \"additionalInfo\" of the resource",
        refused.getMessage());
  }

  private ContainerGrant grant(GrantedDevice... devices) {
    return machine.grants().grant(POOL, List.of(devices));
  }

  private String refusal(GrantedDevice device) {
    return refusal(machine, device);
  }

  private static String refusal(FakeMachine machine, GrantedDevice device) {
    return assertThrows(GrantException.class, () -> machine.grants().grant(POOL, List.of(device)))
        .getMessage();
  }

  private static String info(String facet) {
    return "{\"0000:01:10.0\":{\"generic\":{\"deviceID\":\"0000:01:10.0\"},%s}}".formatted(facet);
  }

  private static Node node(String file) {
    return new Node("/dev/" + file, "/dev/" + file);
  }

  private static List<Node> nodes(String... files) {
    return List.of(files).stream().map(GrantsTest::node).toList();
  }
}
