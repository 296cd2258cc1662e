package io.myriapod.vfio;

import static io.myriapod.vfio.FakeNode.CARD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Numbers of virtual functions where the fake tree answers oddly: done or refused, and nothing
 * else.
 */
class CreationOnOddTreesTest extends CreationCase {
  @Test
  void apply_aVirtualFunctionIsMissingInTheTree_saysSo() throws IOException {
    Files.delete(root.resolve("sys/" + PATH + "/virtfn0"));

    WantedFunctions wanted = new WantedFunctions(CARD, 1, Optional.empty(), Map.of(0, VFIO));
    DeviceException refusal =
        assertThrows(DeviceException.class, () -> node.functions().apply(wanted, false));

    assertTrue(refusal.getMessage().contains("virtual function 0"), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", "0000:01:00", "eth0 up; reboot", "\u0000", "..", "\uD800"})
  void create_physicalThatCanBeNone_isNotFound(String physical) {
    assertEquals(Kind.NOT_FOUND, refused(physical, 2, NO_DRIVER).kind());
    assertEquals(Kind.NOT_FOUND, refused(physical.repeat(300), 2, NO_DRIVER).kind());
    assertUntouched();
  }

  @Test
  void create_treeAnswersEio_isRefusedInWords() throws IOException {
    Files.delete(root.resolve("sys/" + PATH + "/sriov_totalvfs"));
    node.sysfs.directory(PATH + "/sriov_totalvfs"); // a read answers EISDIR

    DeviceException refusal = refused(CARD, 4, NO_DRIVER);

    assertEquals(Kind.REFUSED, refusal.kind());
    assertTrue(refusal.getMessage().contains("EISDIR"), refusal.getMessage());
  }

  /** Whole files of what no kernel says, one after the other. */
  @ParameterizedTest
  @CsvSource({
    "sriov_totalvfs, -7",
    "sriov_totalvfs, 99999999999999999999",
    "sriov_totalvfs, seven",
    "sriov_totalvfs, '7\n8'",
    "sriov_totalvfs, 0x",
    "sriov_offset, 999999999",
    "sriov_stride, 999999999",
    "sriov_offset, -1",
    "sriov_drivers_autoprobe, maybe",
    "class, 0xzz",
    "numa_node, 2147483648",
    "vendor, ''",
    "driver_override, ../../x"
  })
  void create_oddContentOfTheTree_isDoneOrRefusedAndNothingElse(String file, String content) {
    node.sysfs.file(PATH + "/" + file, content);

    try {
      node.functions().create(CARD, 5, Optional.of(VFIO), true);
      create(5, NO_DRIVER);
      assertEquals(5, drivers().size());
    } catch (DeviceException e) {
      assertUntouched();
    }
  }

  @Test
  void create_linksOfTheTreeLeadInCirclesOrAstray_areNoFunctions() throws IOException {
    Path card = root.resolve("sys/" + PATH);
    Files.createSymbolicLink(card.resolve("virtfn2"), Path.of("virtfn2"));
    Files.createSymbolicLink(card.resolve("virtfn3"), Path.of("/"));
    Files.createSymbolicLink(card.resolve("virtfn99999999999"), Path.of("../0000:01:00.0"));
    Files.createSymbolicLink(card.resolve("virtfn-1"), Path.of("../../../../../etc"));

    create(2, NO_DRIVER);

    assertEquals(List.of(), node.sysfs.log());
    assertEquals(2, node.functions().create(CARD, 2, Optional.of(VFIO), true).size() / 3);
  }
}
