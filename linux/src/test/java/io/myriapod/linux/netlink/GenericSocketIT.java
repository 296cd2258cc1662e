package io.myriapod.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@InNamespaces
class GenericSocketIT {
  /** The family that knows the others has the same number everywhere. */
  @Test
  void family_askedOfTheKernel_isItsNumberIfThereIsOne(Netns pod) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        GenericSocket socket = namespace.visit(GenericSocket::open)) {
      assertEquals(Optional.of(16), socket.family("nlctrl"));
      assertEquals(Optional.empty(), socket.family("myr-none"));
    }
  }
}
