package io.myriapod.multus;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A scene for each test. */
abstract class OnScene {
  @TempDir Path root;
  Scene scene;

  @BeforeEach
  void openScene() {
    scene = new Scene(root);
  }

  @AfterEach
  void closeScene() {
    scene.close();
  }
}
