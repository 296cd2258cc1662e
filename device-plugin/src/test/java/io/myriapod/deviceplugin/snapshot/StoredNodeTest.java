package io.myriapod.deviceplugin.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.device.SeenLink;
import io.myriapod.deviceplugin.pool.Holdings;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trees that are snapshots, that are none, and that are no trees at all. */
class StoredNodeTest {
  @TempDir private Path root;

  private FakeSysfs tree() {
    return new FakeSysfs(root);
  }

  private String refusalOf(Path folder) {
    SnapshotException e = assertThrows(SnapshotException.class, () -> StoredNode.open(folder));
    assertTrue(e.details().length() > 10, e::details);
    return e.getMessage();
  }

  @Test
  void open_nothingThere_saysSo() {
    Path absent = root.resolve("absent");

    assertEquals("read %s in place of /sys: it is not there".formatted(absent), refusalOf(absent));
  }

  @Test
  void open_archive_isNoDirectory() {
    tree().file("node.tar.gz", "x");

    assertTrue(refusalOf(root.resolve("node.tar.gz")).endsWith("it is no directory"));
  }

  @Test
  void open_directoryOfSomethingElse_saysWhatIsMissing() {
    assertTrue(refusalOf(root).endsWith("it has no directory bus/pci/devices"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"format": 1           | it is not JSON
          []                     | format  is not known: want 1
          {"format": 2}          | format 2 is not known: want 1
          {"format": 1, "links": [{"carrier": true}]}    | a link has no name
          {"format": 1, "holders": {"a/b": {}}}          | device "a/b"
          {"format": 1, "ddpProfiles": {"nonsense": ""}} | PCI address "nonsense"
          """)
  void open_ownFileBroken_saysWhatIsWrongWithIt(String text, String finding) {
    tree().file("myriapod/node.json", text);

    String message = refusalOf(root);

    assertTrue(message.startsWith("read %s/myriapod/node.json: ".formatted(root)), message);
    assertTrue(message.contains(finding), message);
  }

  @Test
  void open_ownFileEndless_isNotReadToItsEnd() throws IOException {
    tree().file("myriapod/node.json", "{");
    try (RandomAccessFile file = new RandomAccessFile(root + "/myriapod/node.json", "rw")) {
      file.setLength(1L << 40);
    }

    assertTrue(refusalOf(root).endsWith("it has more than 16777216 bytes"));
  }

  @Test
  void view_noSnapshot_isOfTheFoldersNet() {
    FakeSysfs tree = tree().function("0000:01:00.0", "0x8086", "0x1572", Optional.of("i40e"));
    String card = "bus/pci/devices/0000:01:00.0";
    tree.file(card + "/net/ens1/carrier", "1").link(card + "/net/ens1/master", "../../bond0");
    tree.file(card + "/mlx5_core.sf.2/net/sf2/operstate", "up");
    tree.file(card + "/virtio3/net/eth3/operstate", "down");

    StoredNode stored = StoredNode.open(root);

    List<SeenLink> links = stored.view().links();
    assertEquals(
        List.of(
            new SeenLink("ens1", Optional.of("0000:01:00.0"), Optional.of(true)),
            new SeenLink("sf2", Optional.of("mlx5_core.sf.2"), Optional.of(true)),
            new SeenLink("eth3", Optional.of("virtio3"), Optional.empty())),
        links);
    assertEquals(Optional.of("is a port of bond0"), stored.view().useOf(links.get(0)));
    assertEquals(Optional.empty(), stored.view().useOf(links.get(1)));
    assertEquals(Holdings.NONE, stored.holdings());
    assertEquals(Optional.empty(), stored.config());
    assertEquals("intel.com", stored.resourcePrefix());
  }
}
