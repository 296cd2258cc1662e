package io.myriapod.kubernetes.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.kubernetes.device.DeviceGrants.Share;
import io.myriapod.types.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeviceGrantsTest {
  private static final DeviceGrants GRANTS =
      DeviceGrants.of(
          List.of(
              new Share("second", "a/vf", List.of("9")),
              new Share("first", "a/vf", List.of("7")),
              new Share("first", "b/vf", List.of("3")),
              new Share("first", "a/vf", List.of("5"))),
          Map.of("a/vf", Set.of("5", "7", "9", "11")));

  private static List<DeviceId> ids(String... texts) {
    return Stream.of(texts).map(DeviceId::new).toList();
  }

  @Test
  void of_severalContainersAndParts_orderIsByContainerThenId() {
    assertEquals(ids("9", "5", "7"), GRANTS.of("a/vf"));
    assertEquals(ids("3"), GRANTS.of("b/vf"));
    assertEquals(List.of(), GRANTS.of("c/vf"));
  }

  @Test
  void has_deviceOfAnyResource_isThePods() {
    assertTrue(GRANTS.has(new DeviceId("3")));
    assertFalse(GRANTS.has(new DeviceId("11")));
  }

  @Test
  void poolOf_deviceOfNoPool_isEmpty() {
    assertEquals(Optional.of("a/vf"), GRANTS.poolOf(new DeviceId("11")));
    assertEquals(Optional.empty(), GRANTS.poolOf(new DeviceId("3")));
  }
}
