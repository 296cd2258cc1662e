package io.myriapod.agent.socket;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateSocketTest {
  @TempDir private Path folder;

  @Test
  void requireNobody_anotherListens_isRefusedUntilItIsDead() throws IOException {
    Path path = folder.resolve("multus.sock");
    assertDoesNotThrow(() -> PrivateSocket.requireNobody(path));
    PrivateSocket living = PrivateSocket.bind(path);

    IOException refused = assertThrows(IOException.class, () -> PrivateSocket.requireNobody(path));

    assertEquals("listen on %s: another process does".formatted(path), refused.getMessage());
    living.close();
    assertDoesNotThrow(() -> PrivateSocket.requireNobody(path));
  }
}
