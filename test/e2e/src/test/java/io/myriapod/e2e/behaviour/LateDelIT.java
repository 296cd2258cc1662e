package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A DEL that comes late: after the next ADD of its container, or when its path is another's. */
@InNamespaces(kinds = "bridge")
class LateDelIT {
  private static Stage stage;

  @TempDir Path elsewhere;

  @BeforeAll
  static void open() {
    stage = Stage.open();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  /** Has the shim record it where no agent is, and hands the frame to the agent's spool. */
  private void recordDel(TestPod pod) throws IOException {
    Path conf = elsewhere.resolve("var/lib/myriapod/shim.conf");
    Files.createDirectories(conf.getParent());
    Files.writeString(conf, "delConnectMillis=0\n");
    pod.call().with("MYRIAPOD_ROOT", elsewhere.toString()).run("DEL");
    Path spool = Files.createDirectories(stage.at("var/lib/myriapod/spool"));
    for (Path frame : frames(elsewhere.resolve("var/lib/myriapod/spool"))) {
      Files.copy(frame, spool.resolve(frame.getFileName()));
    }
  }

  private static List<Path> frames(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".frame")).toList();
    }
  }

  @Test
  void add_ofAContainerWithARecordedDel_isDoneAfterTheDelAndStays() throws IOException {
    TestPod pod = stage.pod();
    pod.add();
    String before = pod.macOf("eth0");
    recordDel(pod);

    pod.add();

    assertEquals(List.of(), frames(stage.at("var/lib/myriapod/spool")));
    assertNotEquals(before, pod.macOf("eth0"), "eth0 is the old one");
    assertTrue(pod.reaches(Stage.GATEWAY));
    pod.delete();
  }

  @Test
  void del_repeatedWhenAnotherPodHasThePath_leavesThatOneAlone() {
    TestPod pod = stage.pod();
    pod.add();

    pod.call().with("CNI_CONTAINERID", "long-gone").run("DEL");

    assertTrue(pod.reaches(Stage.GATEWAY));
    pod.delete();
  }
}
