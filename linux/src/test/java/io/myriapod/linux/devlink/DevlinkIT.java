package io.myriapod.linux.devlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.PciAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The kernel's own answers to what no function can answer, with devlink in it or not. */
@InNamespaces
class DevlinkIT {
  @Test
  void runningVersions_functionThatIsNot_areNone(Netns pod) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        Devlink devlink = namespace.visit(Devlink::open)) {
      PciAddress nothing = new PciAddress("ffff:ff:1f.7");

      assertEquals(Map.of(), devlink.runningVersions(nothing));
    }
  }
}
