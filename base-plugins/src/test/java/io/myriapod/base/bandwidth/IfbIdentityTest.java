package io.myriapod.base.bandwidth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.cni.plugin.Attachment;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IfbIdentityTest {
  private static IfbIdentity identity(String network, String container, String name) {
    return new IfbIdentity(
        network, new Attachment(new ContainerId(container), new InterfaceName(name)));
  }

  /** Seen at the reference plugin 1.1.1 and 1.9.1. */
  @Test
  void names_firstOne_isTheReferencePlugins() {
    assertEquals("bwp1b2df71aa392", identity("netx", "c1", "eth0").names().get(0).value());
    assertEquals(
        identity("netx", "c1", "eth0").names().get(0),
        identity("netx", "c1", "net1").names().get(0));
  }

  @Test
  void names_secondOne_isTheInterfacesOwn() {
    assertEquals(
        2,
        identity("netx", "c1", "eth0").names().stream()
            .filter(name -> !identity("netx", "c1", "net1").names().get(1).equals(name))
            .distinct()
            .count());
  }

  @Test
  void alias_ofLongNames_isLeftOut() {
    assertEquals(
        Optional.of("myriapod bandwidth netx c1 eth0"), identity("netx", "c1", "eth0").alias());
    assertEquals(Optional.empty(), identity("n".repeat(200), "c".repeat(64), "eth0").alias());
  }
}
