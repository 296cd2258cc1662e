package io.myriapod.vfio;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node of its own for each test. */
abstract class OnFakeNode {
  @TempDir Path root;
  FakeNode node;

  @BeforeEach
  void make() {
    node = FakeNode.with(root);
  }

  @AfterEach
  void close() {
    node.close();
  }
}
