package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods that Multus attached by the reference plugins, and that are ours from now on. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class MigrateIT {
  private static final List<String> TYPES = List.of("bridge", "macvlan", "host-local");

  private static Stage stage;

  @BeforeAll
  static void open() throws IOException {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    stage = Stage.open();
    Path root = stage.at("").toRealPath();
    Path same = stage.at("").resolve(Path.of("/").relativize(root)); // ours looks below the root
    Files.createDirectories(same.getParent());
    Files.createSymbolicLink(same, root);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @BeforeEach
  void plugins() throws IOException {
    for (String type : TYPES) {
      Files.deleteIfExists(stage.bin().resolve(type));
      Files.createSymbolicLink(
          stage.bin().resolve(type), ReferencePlugins.NEW.folder().resolve(type));
    }
  }

  private static Result migrate(String... more) {
    return Typed.at(
        stage.at("."),
        Stream.concat(
                Stream.of("migrate", "-o", "json", "--cni-bin-dir", stage.bin().toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static ObjectNode bridge() {
    ObjectNode config = Stage.object("{\"cniVersion\": \"1.0.0\", \"name\": \"primary\"}");
    config.put("type", "bridge").put("bridge", "cni5");
    return config.set("ipam", ipam("10.31.0.0/24"));
  }

  private static ObjectNode macvlan() {
    return Stage.macvlan("second", "parent0", ipam("10.32.0.0/24").toString());
  }

  /** The reference plugin takes folders as they are. */
  private static ObjectNode ipam(String subnet) {
    return Stage.object(Stage.hostLocal(subnet))
        .put("dataDir", stage.at("var/lib/cni/networks").toString());
  }

  private static OldPod oldPod() {
    return new OldPod(stage)
        .attach("primary", "eth0", bridge())
        .attach("shop/second", "net1", macvlan())
        .written();
  }

  private static Call called(OldPod old) {
    return old.pod().call().as(stage.shimAs("multus"));
  }

  private static void assertFreed(OldPod old) {
    assertEquals(List.of(), stage.leases("primary"));
    assertEquals(List.of(), stage.leases("second"));
    assertFalse(Files.exists(old.file()));
    assertFalse(Files.exists(old.result("primary", "eth0")));
    assertFalse(Files.exists(old.result("second", "net1")));
    JsonNode again = migrate().orThrow().json();
    assertEquals(0, again.path("attachments").size(), again::toString);
  }

  @Test
  void migrate_podOfMultus_isCheckedAndDeletedByUs() {
    OldPod old = oldPod();
    old.pod().netns().settle();
    String before = old.pod().picture();

    JsonNode looked = migrate("--dry-run").orThrow().json();
    JsonNode taken = migrate().orThrow().json();
    JsonNode again = migrate().orThrow().json();

    assertEquals(looked, taken);
    assertEquals(2, taken.path("attachments").size(), taken::toString);
    JsonNode second = taken.path("attachments").path(1);
    assertEquals("net1", second.path("interface").asText());
    assertEquals("shop/second", second.path("network").asText());
    assertEquals("shop/" + old.pod().name(), second.path("pod").asText());
    assertEquals("there", second.path("namespace").asText());
    assertEquals(0, second.path("findings").size(), taken::toString);
    assertEquals(List.of("known", "known"), again.findValuesAsText("state"));
    assertEquals(before, old.pod().picture());

    called(old).after(old.first()).run("CHECK");
    called(old).run("DEL");
    assertEquals(1, old.pod().netns().ip("link show").size(), "lo");
    assertFreed(old);
  }

  @Test
  void delete_namespaceIsGone_freesTheAddresses() {
    OldPod old = oldPod();
    old.pod().netns().close();

    JsonNode taken = migrate().orThrow().json();
    assertEquals(List.of("gone", "gone"), taken.findValuesAsText("namespace"));
    called(old).with("CNI_NETNS", "").run("DEL");

    assertFreed(old);
  }

  @Test
  void delete_pluginsAreGone_isDoneByOurOwn() throws IOException {
    OldPod old = oldPod();
    for (String type : TYPES) {
      Files.delete(stage.bin().resolve(type));
    }

    JsonNode taken = migrate().orThrow().json();
    String finding = taken.at("/attachments/1/findings/0").asText();
    assertTrue(finding.startsWith("plugin \"macvlan\" is not in "), finding);
    called(old).run("DEL");

    assertEquals(1, old.pod().netns().ip("link show").size(), "lo");
    assertFreed(old);
  }

  /** Some releases of Multus lose the keys of a list's plugins; libcni's file has them. */
  @Test
  void delete_multusLostTheKeys_takesThoseOfLibcni() {
    OldPod old =
        new OldPod(stage)
            .attach(
                "primary",
                "eth0",
                bridge(),
                """
                {"cniVersion": "1.0.0", "name": "primary", "plugins": [
                  {"type": "bridge", "ipam": {"type": "host-local"}}]}
                """)
            .written();

    migrate().orThrow();
    called(old).run("DEL");

    assertFreed(old);
  }

  /**
   * As after an ADD that failed: Multus's copy and the arguments of the runtime's call are left.
   */
  @Test
  void delete_libcniHasNoResult_isDoneByMultusCopy() throws IOException {
    OldPod old = oldPod();
    Files.delete(old.result("primary", "eth0"));
    Files.delete(old.result("second", "net1"));

    JsonNode taken = migrate().orThrow().json();
    String finding = taken.at("/attachments/0/findings/0").asText();
    assertTrue(finding.startsWith("libcni has no result of it"), finding);
    assertEquals("shop/" + old.pod().name(), taken.at("/attachments/1/pod").asText());
    called(old).run("DEL");

    assertFreed(old);
  }

  @Test
  void gc_runtimeDoesNotListIt_isFreed() {
    OldPod old = oldPod();
    migrate().orThrow();
    ObjectNode config = stage.config();
    config
        .putArray("cni.dev/valid-attachments")
        .addObject()
        .put("containerID", "box-" + stage.witness().name())
        .put("ifname", "eth0");

    old.pod().call().without("CNI_CONTAINERID").config(config.toString()).run("GC");

    assertFreed(old);
    assertTrue(stage.witness().reaches(Stage.GATEWAY));
  }

  @Test
  void migrate_filesThatCannotBeRead_areToldAndLeft() throws IOException {
    Path folder = stage.at("var/lib/cni/multus");
    OldPod.write(folder.resolve("torn"), "[{\"Name\": \"x\", \"Byt");
    OldPod.write(folder.resolve("empty"), "[]");
    OldPod.write(folder.resolve("-name"), "[]");
    OldPod.write(folder.resolve("long"), "[\"" + "x".repeat(1 << 20) + "\"]");
    OldPod.write(folder.resolve("results/x-y-eth0"), "{\"kind\": \"cniCacheV1\"}");
    OldPod.write(
        folder.resolve("results/a-b-eth0"),
        """
        {"kind": "cniCacheV1", "containerId": "b", "ifName": "../../x", "networkName": "a",
         "config": "e30="}
        """);
    Files.createSymbolicLink(folder.resolve("linked"), stage.at("etc/myriapod/config.yaml"));
    try {
      Result result = migrate();

      assertEquals(3, result.exitCode(), result.err());
      JsonNode answer = result.json();
      assertEquals(0, answer.path("attachments").size(), answer::toString);
      assertEquals(7, answer.path("unread").size(), answer::toString);
      assertTrue(Files.exists(folder.resolve("torn")));
    } finally {
      for (String name :
          List.of("torn", "empty", "-name", "long", "results/x-y-eth0", "results/a-b-eth0")) {
        Files.delete(folder.resolve(name));
      }
      Files.delete(folder.resolve("linked"));
    }
  }
}
