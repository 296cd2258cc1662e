package io.myriapod.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodTest {

  @Test
  void mayBe_uidsDiffer_isFalse() {
    assertFalse(pod(Optional.of("u1"), Map.of()).mayBe(Optional.of("u2")));
    assertTrue(pod(Optional.of("u1"), Map.of()).mayBe(Optional.of("u1")));
  }

  @Test
  void mayBe_oneUidUnknown_isTrue() {
    assertTrue(pod(Optional.empty(), Map.of()).mayBe(Optional.of("u2")));
    assertTrue(pod(Optional.of("u1"), Map.of()).mayBe(Optional.empty()));
  }

  @Test
  void mayBe_staticPodWithOtherUid_isTrue() {
    Pod fromFile = pod(Optional.of("u1"), Map.of("kubernetes.io/config.source", "file"));
    Pod fromApi = pod(Optional.of("u1"), Map.of("kubernetes.io/config.source", "api"));

    assertTrue(fromFile.mayBe(Optional.of("u2")));
    assertFalse(fromApi.mayBe(Optional.of("u2")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../etc", "a/b", "A", "a_b", "-a", "a-", "a..b", ".a"})
  void ref_nameThatIsNoSubdomain_isRefused(String name) {
    assertThrows(
        IllegalArgumentException.class, () -> new PodRef("default", name, Optional.empty()));
  }

  @Test
  void ref_namespaceWithDot_isRefused() {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> new PodRef("a.b", "pod", Optional.empty()));

    assertTrue(refused.getMessage().startsWith("pod namespace \"a.b\""), refused.getMessage());
  }

  @Test
  void definition_emptyConfig_countsAsAbsent() {
    var network = new NetworkAttachmentDefinition("ns", "net", Optional.of(" "), Optional.of(""));

    assertEquals(Optional.empty(), network.config());
    assertEquals(Optional.empty(), network.resourceName());
    assertEquals("ns/net", network.qualifiedName());
  }

  private static Pod pod(Optional<String> uid, Map<String, String> annotations) {
    return new Pod("default", "pod", uid, annotations);
  }
}
