package io.myriapod.linux.uevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@InNamespaces(
    kinds = "veth",
    programs = {"unshare", "mount"})
class UeventsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SMALL = 8 * 1024;

  private static Uevents open(Netns netns) {
    try (NetworkNamespace namespace = NetworkNamespace.open(netns.path())) {
      return namespace.visit(Uevents::open);
    }
  }

  private static Uevent await(Uevents uevents, String action, String devpath) {
    return Waiting.untilPresent(
        PATIENCE,
        action + "@" + devpath,
        () ->
            uevents.await(PATIENCE).events().stream()
                .filter(event -> event.action().equals(action) && event.devpath().equals(devpath))
                .findFirst());
  }

  private static List<String> linksOf(Uevents.Batch batch) {
    return batch.events().stream()
        .filter(event -> event.subsystem().equals(Optional.of("net")))
        .map(Uevent::name)
        .toList();
  }

  /** Has the kernel tell of a device once more. Documentation/ABI/testing/sysfs-uevent */
  private static void tellAgain(Netns netns, String device) {
    netns.run(
        "unshare --mount sh -c 'mount -t sysfs sysfs /sys && echo change >/sys%s/uevent'"
            .formatted(device));
  }

  @Test
  void await_linkComesAndGoes_isTold(Netns pod) {
    try (Uevents uevents = open(pod)) {
      pod.run("ip link add v0 type veth peer name v1");
      pod.run("ip link del v0");

      Uevent added = await(uevents, "add", "/devices/virtual/net/v0");

      assertEquals(Optional.of("net"), added.subsystem());
      assertEquals("v0", added.keys().get("INTERFACE"));
    }
  }

  @Test
  void await_linkChanges_isTold(Netns pod) {
    pod.run("ip link add v0 type veth peer name v1");
    try (Uevents uevents = open(pod)) {
      tellAgain(pod, "/devices/virtual/net/v0");

      assertEquals("v0", await(uevents, "change", "/devices/virtual/net/v0").name());
    }
  }

  /** What holds for every PCI function: it belongs to no namespace, so all are told. */
  @Test
  void await_deviceOfNoNamespace_isToldInEach(Netns node, Netns pod) {
    try (Uevents here = open(node);
        Uevents there = open(pod)) {
      tellAgain(pod, "/devices/virtual/mem/null");

      assertEquals(
          Optional.of("mem"), await(here, "change", "/devices/virtual/mem/null").subsystem());
      await(there, "change", "/devices/virtual/mem/null");
    }
  }

  @Test
  void await_linkOfAnotherNamespace_isNotTold(Netns node, Netns pod) {
    try (Uevents uevents = open(node)) {
      pod.run("ip link add v0 type veth peer name v1");
      node.run("ip link add w0 type veth peer name w1");

      List<String> links = linksOf(uevents.await(PATIENCE));
      assertTrue(links.contains("w0") || links.contains("w1"), links::toString);
      assertFalse(links.contains("v0") || links.contains("v1"), links::toString);
    }
  }

  /** The machine's other devices may do something meanwhile. */
  @Test
  void await_nothingHappens_hasNoLinksAfterTheTime(Netns pod) {
    try (Uevents uevents = open(pod)) {
      Uevents.Batch batch = uevents.await(Duration.ofMillis(1));

      assertEquals(List.of(), linksOf(batch));
      assertFalse(batch.missed());
    }
  }

  @Test
  void await_moreThanFits_saysMissed(Netns pod) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        Uevents uevents = namespace.visit(() -> Uevents.open(SMALL))) {
      pod.run("for i in 0 1 2 3 4 5 6 7 8 9; do ip link add v$i type veth peer name w$i; done");

      Waiting.until(PATIENCE, "missed events", () -> uevents.await(PATIENCE).missed());
    }
  }
}
