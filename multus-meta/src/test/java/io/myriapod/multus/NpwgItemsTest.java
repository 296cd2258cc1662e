package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

class NpwgItemsTest {
  @Test
  void items_each_haveATestNamedByThem() {
    assertEquals(39, NpwgItems.ALL.size());
    assertEquals(
        Set.of(),
        NpwgItems.without(
            NpwgDefinitionTest.class,
            NpwgSelectionTest.class,
            NpwgStatusTest.class,
            NpwgOperationTest.class));
  }
}
