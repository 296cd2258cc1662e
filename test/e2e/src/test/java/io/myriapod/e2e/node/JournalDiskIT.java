package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A disk that takes no records: nothing new is begun, what is there can go. */
@InNamespaces(
    kinds = {"bridge"},
    programs = {"jq", "nft", "mount", "umount"})
class JournalDiskIT {
  /** A file system of its own for the journal. */
  private record Disk(Path folder) implements AutoCloseable {
    static Disk of(PodNode node) throws IOException {
      Path folder = Files.createDirectories(node.root().resolve("var/lib/myriapod/journal"));
      Command.of("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.toString()).run();
      return new Disk(folder);
    }

    Disk fill() {
      Command.of("dd", "if=/dev/zero", "of=" + folder.resolve("filler"), "bs=4k").attempt();
      return this;
    }

    void free() throws IOException {
      Files.delete(folder.resolve("filler"));
    }

    Disk remount(String mode) {
      Command.of("mount", "-o", "remount," + mode, folder.toString()).run();
      return this;
    }

    @Override
    public void close() {
      Command.of("umount", "--lazy", folder.toString()).run();
    }
  }

  @Test
  void add_onFullDisk_isRefusedAndDeleteCompletes() throws IOException {
    try (PodNode node = PodNode.of(NetworkKind.BRIDGE, 2);
        Disk disk = Disk.of(node)) {
      PodNode.Picture before = node.warmedUp();
      var agent = node.start();
      node.sandbox(0).run("ADD");
      disk.fill();

      requireRefused(node);
      node.sandbox(0).run("DEL");
      disk.free();
      node.sandbox(1).run("ADD");
      node.sandbox(1).run("DEL");

      agent.close();
      node.assertNothingLeftSince(before);
    }
  }

  @Test
  void add_onReadOnlyDisk_isRefusedAndDeleteCompletes() throws IOException {
    try (PodNode node = PodNode.of(NetworkKind.BRIDGE, 2);
        Disk disk = Disk.of(node)) {
      PodNode.Picture before = node.warmedUp();
      var former = node.start();
      node.sandbox(0).run("ADD");
      former.close();
      disk.remount("ro");
      var agent = node.start();

      requireRefused(node);
      node.sandbox(0).run("DEL");
      disk.remount("rw");
      node.sandbox(1).run("ADD");
      node.sandbox(1).run("DEL");

      agent.close();
      node.assertNothingLeftSince(before);
    }
  }

  private static void requireRefused(PodNode node) {
    node.pod(1);
    PodNode.Picture attached = node.picture();
    Result refused = node.sandbox(1).attempt("ADD");
    assertFalse(refused.ok(), "ADD that cannot be recorded");
    assertEquals(5, refused.json().path("code").asInt(), refused.out());
    node.assertSameAs(attached);
  }
}
