package io.myriapod.deviceplugin.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedPathTest {
  @TempDir Path given;
  private Path folder;

  @BeforeEach
  void resolve() throws IOException {
    folder = given.toRealPath();
  }

  @Test
  void of_plainFile_namesEveryDirectoryOnTheWay() throws IOException {
    Path file = Files.createFile(folder.resolve("config.json"));

    WatchedPath path = WatchedPath.of(file);

    assertEquals(Set.of("config.json"), path.names().get(folder));
    assertEquals(Set.of(file.getName(0).toString()), path.names().get(Path.of("/")));
    assertEquals(file.getNameCount(), path.names().size());
  }

  @Test
  void of_mountedConfigMap_namesLinksAndTheirTargets() throws IOException {
    Files.createDirectory(folder.resolve("..2024"));
    Files.createFile(folder.resolve("..2024/config.json"));
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2024"));
    Files.createSymbolicLink(folder.resolve("config.json"), Path.of("..data/config.json"));

    WatchedPath path = WatchedPath.of(folder.resolve("config.json"));

    assertEquals(Set.of("config.json", "..data", "..2024"), path.names().get(folder));
    assertEquals(Set.of("config.json"), path.names().get(folder.resolve("..2024")));
  }

  @Test
  void of_absoluteAndUpwardLinks_followsThem() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    Files.createDirectories(folder.resolve("c"));
    Files.createSymbolicLink(folder.resolve("a/b/up"), Path.of("../../c"));
    Files.createSymbolicLink(folder.resolve("c/away"), folder.resolve("a"));

    WatchedPath path = WatchedPath.of(folder.resolve("a/b/up/away/config.json"));

    assertEquals(Set.of("a", "c"), path.names().get(folder));
    assertEquals(Set.of("away"), path.names().get(folder.resolve("c")));
    assertEquals(Set.of("b", "config.json"), path.names().get(folder.resolve("a")));
    assertEquals(Set.of("up"), path.names().get(folder.resolve("a/b")));
  }

  @Test
  void of_missingDirectory_endsWhereItWouldBe() {
    WatchedPath path = WatchedPath.of(folder.resolve("etc/pcidp/config.json"));

    assertEquals(Set.of("etc"), path.names().get(folder));
    assertFalse(path.names().containsKey(folder.resolve("etc")));
  }

  @Test
  void of_linkToItself_ends() throws IOException {
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));

    assertTrue(WatchedPath.of(folder.resolve("loop")).names().get(folder).contains("loop"));
  }
}
