package io.myriapod.cni.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinarySearchTest {
  @TempDir Path one;
  @TempDir Path two;

  @Test
  void find_twoDirectories_firstRegularExecutableFileWins() throws IOException {
    Files.createDirectory(one.resolve("dir"));
    Path dir = new ScriptPlugins(two).script("dir");
    Files.createFile(one.resolve("plain"));
    Path plain = new ScriptPlugins(two).script("plain");
    Path first = new ScriptPlugins(one).script("both");
    new ScriptPlugins(two).script("both");

    assertEquals(Optional.of(dir), find("dir"));
    assertEquals(Optional.of(plain), find("plain"));
    assertEquals(Optional.of(first), find("both"));
    assertEquals(Optional.empty(), find("absent"));
  }

  @Test
  void find_typeThatLeadsOut_isNotFound() {
    new ScriptPlugins(two).script("sh");
    assertEquals(Optional.empty(), find("../" + two.getFileName() + "/sh"));
    assertEquals(Optional.empty(), find(".."));
  }

  @Test
  void find_linkToOurselves_isPassedOver() throws IOException {
    Path ourselves = new ScriptPlugins(one).script("myriapod");
    Files.createSymbolicLink(one.resolve("macvlan"), ourselves);
    Path theirs = new ScriptPlugins(two).script("macvlan");

    assertEquals(Optional.of(theirs), find("macvlan"));
    assertEquals(Optional.of(ourselves), find("myriapod"));
  }

  private Optional<Path> find(String type) {
    return BinarySearch.find(type, List.of(one.resolve("missing"), one, two));
  }
}
