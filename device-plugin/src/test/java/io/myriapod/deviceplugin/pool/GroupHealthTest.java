package io.myriapod.deviceplugin.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.deviceplugin.FakeNode;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupHealthTest {
  private static final String CARD = "0000:01:00.0";
  private static final String FIRST = "0000:01:10.0"; // in IOMMU group 2
  private static final String OTHER = "0000:01:11.0";

  @TempDir Path root;
  private FakeNode node;

  @BeforeEach
  void make() {
    node = new FakeNode(root);
    node.cards.physical(CARD, "8086", "10c9", "igb", 7);
    node.cards.virtual(CARD, 0, FIRST, "10ca", Optional.of("vfio-pci"));
    node.cards.function(OTHER, "8086", "1533", "igb");
  }

  private Optional<String> ailing(String id) {
    return GroupHealth.in(node.sysfs()).ailing(node.read(id));
  }

  @Test
  void ailing_aloneInItsGroup_isNothing() {
    assertEquals(Optional.empty(), ailing(FIRST));
  }

  @Test
  void ailing_togetherWithADeviceOfTheKernel_namesThat() {
    node.cards.sysfs().together(OTHER, FIRST);

    assertEquals(
        Optional.of(
            "cannot be opened: its IOMMU group 2 has 0000:01:11.0 too, with driver \"igb\""),
        ailing(FIRST));
  }

  @Test
  void ailing_togetherWithAnotherForPrograms_isNothing() {
    node.cards.sysfs().together(OTHER, FIRST);
    node.cards.driver(OTHER, Optional.of("vfio-pci"));

    assertEquals(Optional.empty(), ailing(FIRST));
  }

  @Test
  void ailing_deviceOfTheKernel_needsNoGroup() {
    node.cards.sysfs().together(FIRST, OTHER);

    assertEquals(Optional.empty(), ailing(OTHER));
  }

  @Test
  void ailing_deviceWithoutDriver_isNotAskedHere() {
    node.cards.sysfs().together(OTHER, FIRST);
    node.cards.driver(FIRST, Optional.empty());

    assertEquals(Optional.empty(), ailing(FIRST));
  }

  /** What the driver is going to be counts. */
  @Test
  void ailing_deviceThatIsToHaveADriverForPrograms_isJudgedByThat() {
    node.cards.sysfs().together(OTHER, FIRST);
    node.cards.driver(FIRST, Optional.of("igbvf"));

    assertEquals(Optional.empty(), ailing(FIRST));
    assertEquals(
        Optional.of(
            "cannot be opened: its IOMMU group 2 has 0000:01:11.0 too, with driver \"igb\""),
        GroupHealth.in(node.sysfs()).ailing(node.read(FIRST).withDriver("vfio-pci")));
  }
}
