package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.myriapod.fixtures.InNamespaces;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A pod that may do so has changed its link; no lease may be given back while that lives on. */
@InNamespaces(kinds = "bridge")
class ChangedLinkIT {
  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void del_macChangedInThePod_deletesTheLinkAndThenTheLease() {
    TestPod pod = stage.pod();
    pod.add();
    pod.netns().run("ip link set eth0 address 02:00:00:00:00:99");

    pod.delete();

    assertFalse(pod.netns().hasLink("eth0"));
    assertEquals(List.of("10.10.0.2"), stage.leases("pods"), "the witness's alone");
  }

  @Test
  void del_renamedInThePod_deletesTheLink() {
    TestPod pod = stage.pod();
    pod.add();
    pod.netns().run("ip link set eth0 down && ip link set eth0 name moved");

    pod.delete();

    assertFalse(pod.netns().hasLink("moved"));
  }
}
