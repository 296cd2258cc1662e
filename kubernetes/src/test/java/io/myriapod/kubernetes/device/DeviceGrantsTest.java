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
      new DeviceGrants(
          List.of(
              Share.of("second", "a/vf", List.of("9")),
              Share.of("first", "a/vf", List.of("7")),
              Share.of("first", "b/vf", List.of("3")),
              Share.of("first", "a/vf", List.of("5"))),
          Map.of("a/vf", DeviceGrants.ids(Set.of("5", "7", "9", "11"))));

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
  void of_oneContainer_hasItsOwnAlone() {
    assertEquals(ids("5", "7"), GRANTS.of("a/vf", "first"));
    assertEquals(List.of(), GRANTS.of("b/vf", "second"));
  }

  @Test
  void of_deviceOfTwoContainers_isThereOnce() {
    var grants =
        new DeviceGrants(
            List.of(
                Share.of("init", "a/vf", List.of("5")), Share.of("app", "a/vf", List.of("5", "7"))),
            Map.of());

    assertEquals(ids("5", "7"), grants.of("a/vf"));
    assertEquals(ids("5", "7"), grants.of("a/vf", "app"));
  }

  @Test
  void of_idsThatAreNone_areLeftOut() {
    var grants =
        new DeviceGrants(
            List.of(
                Share.of("c", "a/vf", List.of("a b", "5")), Share.of("d", "a/vf", List.of("/"))),
            Map.of());

    assertEquals(List.of(new Share("c", "a/vf", ids("5"))), grants.sharesOf("a/vf").toList());
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

  @Test
  void withPools_resourceOfBoth_handsOutWhatEitherKnows() {
    DeviceGrants grants =
        GRANTS.withPools(
            Map.of(
                "a/vf", Set.of(new DeviceId("99")), "c/vf", Set.of(new DeviceId("0000:01:10.0"))));

    assertEquals(Optional.of("a/vf"), grants.poolOf(new DeviceId("11")));
    assertEquals(Optional.of("a/vf"), grants.poolOf(new DeviceId("99")));
    assertEquals(Optional.of("c/vf"), grants.poolOf(new DeviceId("0000:01:10.0")));
    assertEquals(GRANTS.of("a/vf"), grants.of("a/vf"));
  }
}
