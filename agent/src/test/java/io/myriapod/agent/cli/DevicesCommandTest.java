package io.myriapod.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a person types beside a tree of files: a card with four functions, and two more devices. */
class DevicesCommandTest {
  private static final String DEVICES = "bus/pci/devices/";
  private static final String CARD = "0000:01:00.0";

  private static final String CONFIG =
      """
      {"resourceList": [
        {"resourceName": "vfs", "selectors": [{"pfNames": ["card0#0-2"], "drivers": ["igbvf"]}]},
        {"resourceName": "dpdk", "resourcePrefix": "example.com",
         "selectors": [{"drivers": ["vfio-pci"]}, {"vendors": ["15b3"], "devices": ["101e"]}]},
        {"resourceName": "rest", "selectors": [{"rootDevices": ["0000:01:00.0#0,1"]}]},
        {"resourceName": "ports", "selectors": [{"devices": ["1572", "10c9"]}]}
      ]}
      """;

  @TempDir private Path root;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private FakeSysfs tree;

  @BeforeEach
  void make() throws IOException {
    tree = new FakeSysfs(root.resolve("sys")).driver("igbvf", "0x10ca").driver("vfio-pci");
    tree.physical(CARD, 7).file(DEVICES + CARD + "/net/card0/carrier", "1");
    tree.written(DEVICES + CARD + "/sriov_numvfs", "4");
    tree.file(DEVICES + CARD + "/numa_node", "1").file(DEVICES + CARD + "/net/card0/type", "1");
    tree.written("bus/pci/drivers/igbvf/unbind", "0000:01:10.2");
    tree.written(DEVICES + "0000:01:10.2/driver_override", "vfio-pci");
    tree.written("bus/pci/drivers_probe", "0000:01:10.2");
    tree.written("bus/pci/drivers/igbvf/unbind", "0000:01:10.4");
    tree.file(DEVICES + "0000:01:10.0/net/vf0/carrier", "0");
    tree.function("0000:02:00.0", "0x8086", "0x1572", Optional.of("i40e"));
    tree.link(DEVICES + "0000:02:00.0/net/lan0/master", "../../bond0");
    tree.function("0000:03:00.0", "0x1000", "0x0097", Optional.of("mpt3sas"));
    tree.file(DEVICES + "0000:03:00.0/class", "0x010700");
    tree.function("0000:04:00.0", "0x8086", "0x1533", Optional.of("igb"));
    write("config.json", CONFIG);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(root.resolve(name), text);
  }

  private int type(String... arguments) {
    CommandLine line = new CommandLine(new DevicesCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println("refused: " + failure.getMessage());
          return 1;
        });
    return line.execute(List.of(arguments).stream().map(this::inPlace).toArray(String[]::new));
  }

  /** {@code @NAME} is a file of the test's. */
  private String inPlace(String word) {
    return word.startsWith("@") ? root.resolve(word.substring(1)).toString() : word;
  }

  private int offline(String... more) {
    String[] words = new String[more.length + 4];
    System.arraycopy(new String[] {"--config", "@config.json", "--sysfs", "@sys"}, 0, words, 0, 4);
    System.arraycopy(more, 0, words, 4, more.length);
    return type(words);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void devices_fourFunctions_showsPoolsAndWhyOthersAreInNone() {
    assertEquals(0, offline());

    assertEquals(
        """
        RESOURCE          DEVICES  HEALTHY  ALLOCATED  KUBELET
        intel.com/vfs     1        1        0          unknown
        example.com/dpdk  1        1        0          unknown
        intel.com/rest    0        0        0          unknown
        intel.com/ports   0        0        0          unknown

        DEVICE        RESOURCE          PF#INDEX  DRIVER    NUMA  HOLDER  HEALTH
        0000:01:00.0  -                 card0     igb       1     -       has 4 virtual functions, which are offered in its place
        0000:01:10.0  intel.com/vfs     card0#0   igbvf     -     -       healthy
        0000:01:10.2  example.com/dpdk  card0#1   vfio-pci  -     -       healthy
        0000:01:10.4  -                 card0#2   -         -     -       has no driver
        0000:01:10.6  -                 card0#3   igbvf     -     -       differs from intel.com/vfs in pfNames: want card0#0-2, got card0#3
        0000:02:00.0  -                 lan0      i40e      -     -       is a port of bond0
        """,
        out.toString());
  }

  @Test
  void devices_all_showsThoseThatNoPoolWouldWant() {
    assertEquals(0, offline("list", "--all"));

    String last = out.toString().lines().reduce((one, next) -> next).orElseThrow();
    assertEquals(
        "0000:04:00.0 - - igb - - differs from example.com/dpdk in drivers: want vfio-pci, got igb",
        last.replaceAll(" +", " "));
  }

  @Test
  void devices_wide_showsIdsInterfacesAndOtherPools() {
    offline("-o", "wide");

    String line =
        out.toString().lines().filter(l -> l.startsWith("0000:01:10.0")).findFirst().get();
    assertEquals(
        "0000:01:10.0 intel.com/vfs card0#0 igbvf - - netDevice 8086:10ca vf0 down ether"
            + " intel.com/rest healthy",
        line.replaceAll(" +", " "));
  }

  @Test
  void devices_resourceWithoutPrefix_isThatPoolAndWhatItWants() throws IOException {
    offline("--resource", "rest", "-o", "json");

    assertEquals(List.of("intel.com/rest"), json().findValuesAsText("resource").subList(0, 1));
    assertEquals(
        List.of("0000:01:10.0", "0000:01:10.2"), json().path("devices").findValuesAsText("id"));
  }

  @Test
  void devices_resourceUnknown_namesTheOthers() {
    assertEquals(1, offline("--resource", "intel.com/nope"));

    assertTrue(err.toString().contains("resource \"intel.com/nope\": no pool"), err::toString);
    assertEquals("", out.toString());
  }

  @Test
  void devices_json_hasAllFields() throws IOException {
    offline("list", "-o", "json");

    JsonNode device = json().path("devices").get(1);
    assertEquals("tree", json().path("source").asText());
    assertEquals("0000:01:10.0", device.path("id").asText());
    assertEquals("intel.com/vfs", device.path("resource").asText());
    assertEquals("igbvf", device.path("driver").asText());
    assertEquals(CARD, device.path("pf").path("address").asText());
    assertTrue(device.path("pf").path("carrier").asBoolean());
    assertTrue(device.path("healthy").asBoolean());
    assertEquals("intel.com/rest", device.path("wantedBy").path(0).asText());
    assertTrue(device.path("reason").isMissingNode());
  }

  @Test
  void explain_functionInAPool_showsEachKeyAndWhoElseWantsIt() {
    assertEquals(0, offline("explain", "01:10.0"));

    assertEquals(
        """
        device      0000:01:10.0, netDevice, 8086:10ca, class 020000
        function    0 of 0000:01:00.0, card0
        driver      igbvf
        interface   vf0, carrier down, ether
        NUMA node   -
        node's use  -

        RESOURCE          SELECTOR  KEY          WANTED            GOT             ALLOWED
        intel.com/vfs     0         deviceType   netDevice         netDevice       yes
        intel.com/vfs     0         drivers      igbvf             igbvf           yes
        intel.com/vfs     0         pfNames      card0#0-2         card0#0         yes
        example.com/dpdk  0         deviceType   netDevice         netDevice       yes
        example.com/dpdk  0         drivers      vfio-pci          igbvf           no
        example.com/dpdk  1         deviceType   netDevice         netDevice       yes
        example.com/dpdk  1         vendors      15b3              8086            no
        example.com/dpdk  1         devices      101e              10ca            no
        intel.com/rest    0         deviceType   netDevice         netDevice       yes
        intel.com/rest    0         rootDevices  0000:01:00.0#0,1  0000:01:00.0#0  yes
        intel.com/ports   0         deviceType   netDevice         netDevice       yes
        intel.com/ports   0         devices      10c9, 1572        10ca            no

        intel.com/vfs offers it; it is healthy
        wanted too by intel.com/rest: the first pool of the configuration gets it
        """,
        out.toString());
  }

  private List<String> conclusionOf(String device) throws IOException {
    out.getBuffer().setLength(0);
    offline("-o", "json", "explain", device);
    return new ObjectMapper()
        .convertValue(json().path("conclusion"), new TypeReference<List<String>>() {});
  }

  @Test
  void explain_othersThanInAPool_sayWhatIsInTheWay() throws IOException {
    assertEquals(
        List.of(
            "no pool offers it: it has no driver",
            "had it one of their drivers, it would be wanted by intel.com/vfs, example.com/dpdk"),
        conclusionOf("0000:01:10.4"));
    assertEquals(
        List.of(
            "no pool offers it: it has 4 virtual functions, which are offered in its place",
            "wanted by intel.com/ports"),
        conclusionOf("card0"));
    assertEquals(
        List.of("no pool offers it: it is a port of bond0", "wanted by intel.com/ports"),
        conclusionOf("lan0"));
    assertEquals(
        List.of(
            "no pool offers it: it differs from intel.com/vfs in pfNames: want card0#0-2, got"
                + " card0#3"),
        conclusionOf("0000:01:10.6"));
  }

  @Test
  void explain_auxiliaryDevice_isOfAnotherType() throws IOException {
    tree.file(DEVICES + "0000:02:00.0/mlx5_core.sf.2/sfnum", "88");
    tree.link(DEVICES + "0000:02:00.0/mlx5_core.sf.2/driver", "../drivers/mlx5_core.sf");

    offline("explain", "mlx5_core.sf.2", "-o", "json");

    assertEquals("sf", json().path("device").path("auxType").asText());
    JsonNode key = json().path("selectors").path(0).path("keys");
    assertEquals(1, key.size(), "keys of another type are not asked");
    assertEquals("auxNetDevice", key.path(0).path("got").asText());
    assertEquals(
        "no pool offers it: it is wanted by no pool", json().path("conclusion").path(0).asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000:09:00.0", "nonsense", "a/b", ""})
  void explain_unknownDevice_isRefused(String device) {
    assertEquals(1, offline("explain", device));

    assertTrue(err.toString().contains("no such network device or accelerator"), err::toString);
  }

  @Test
  void explain_deviceOfAnotherClass_saysWhichItIs() {
    assertEquals(1, offline("explain", "0000:03:00.0"));

    assertTrue(err.toString().contains("it is of class 010700"), err::toString);
  }

  @Test
  void config_withAnError_showsTheRestAndEndsWithOne() throws IOException {
    write(
        "config.json",
        CONFIG.replace("\"101e\"", "\"101\"").replace("\"vfs\"", "\"vfs\", \"x\": 1"));

    assertEquals(1, offline());

    List<String> remarks = err.toString().lines().toList();
    assertEquals(3, remarks.size(), err::toString);
    assertTrue(remarks.get(0).startsWith("note: "), err::toString);
    assertTrue(
        remarks.get(1).startsWith("warning: resourceList[0].x (line 2, column 27): "),
        err::toString);
    assertTrue(
        remarks
            .get(2)
            .startsWith("error: resourceList[1].selectors[1].devices[0] (line 4, column "),
        err::toString);
    assertTrue(out.toString().contains("0000:01:10.0  intel.com/vfs"), out::toString);
    assertFalse(out.toString().contains("example.com/dpdk"), out::toString);
  }

  @Test
  void config_asItWasNotWritten_isAnErrorAndNoPool() throws IOException {
    for (String text : new String[] {"", "{", "[]", "{\"resourceList\": []}", "\0"}) {
      err.getBuffer().setLength(0);
      write("config.json", text);

      assertEquals(1, offline(), text);

      assertTrue(err.toString().contains("error: "), err::toString);
    }
    assertTrue(out.toString().startsWith("no pool is configured\n"), out::toString);
  }

  @Test
  void config_absentOrTooLong_isAnErrorThatNamesIt() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(root + "/long.json", "rw")) {
      file.setLength(10 << 20);
    }

    assertEquals(1, type("--sysfs", "@sys", "--config", "@long.json"));
    assertEquals(1, type("--sysfs", "@sys", "--config", "@absent.json"));

    assertTrue(err.toString().contains("long.json has more than 1048576 bytes"), err::toString);
    assertTrue(err.toString().contains("absent.json is not there"), err::toString);
  }

  @Test
  void sysfs_noTree_isRefused() {
    assertEquals(1, type("--sysfs", "@config.json"));
    assertEquals(1, type("--sysfs", "@absent", "list"));
    assertEquals(1, type("explain", "0000:01:10.0", "--sysfs", "@"));

    List<String> refusals = err.toString().lines().toList();
    assertTrue(refusals.get(0).endsWith("config.json in place of /sys: it is no directory"));
    assertTrue(refusals.get(1).endsWith("absent in place of /sys: it is not there"));
    assertTrue(refusals.get(2).endsWith("it has no directory bus/pci/devices"));
  }

  @Test
  void resourcePrefix_forPoolsThatNameNone_isTaken() {
    assertEquals(0, offline("--resource-prefix", "acme.org"));

    assertTrue(out.toString().contains("\nacme.org/rest "), out::toString);
    assertTrue(out.toString().contains("\nexample.com/dpdk "), out::toString);
  }

  @Test
  void arguments_wrong_endWithTwo() {
    assertEquals(2, offline("--resource-prefix", "kubernetes.io"));
    assertEquals(2, offline("-o", "xml"));
    assertEquals(2, offline("explain"));
    assertEquals(2, offline("snapshot", "@snap"));
    assertEquals("", out.toString());
  }

  /** Names of interfaces and of files in a tree may be anything. */
  @Test
  void devices_controlCharactersInNames_areNotShown() {
    tree.directory(DEVICES + "0000:02:00.0/net/a\u001b[2Jb");

    offline("--all");
    offline("explain", "0000:02:00.0");

    assertTrue(out.toString().contains("a?[2Jb"), out::toString);
    assertTrue(out.toString().indexOf('\u001b') < 0, out::toString);
  }
}
