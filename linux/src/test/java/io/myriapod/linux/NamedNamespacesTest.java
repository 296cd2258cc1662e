package io.myriapod.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedNamespacesTest {
  @TempDir private Path root;

  private List<Path> names() {
    return new Node(root, Optional.empty(), "boot").namedNamespaces();
  }

  @Test
  void namedNamespaces_belowAnotherRoot_areNamedAsTheNodeNamesThem() throws IOException {
    Files.createDirectories(root.resolve("run/netns"));
    Files.createFile(root.resolve("run/netns/blue"));

    assertEquals(List.of(Path.of("/run/netns/blue")), names());
  }

  @Test
  void namedNamespaces_folderMissing_none() {
    assertEquals(List.of(), names());
  }
}
