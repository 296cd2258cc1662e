package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir Path folder;

  @Test
  void getToken_fileReplaced_isTheNewOne() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "one\n");
    TokenFile token = new TokenFile(file);
    assertEquals("one", token.getToken());

    Files.writeString(file, "two");

    assertEquals("two", token.getToken());
  }

  @Test
  void getToken_fileAwayOrEmpty_isTheLastOne() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "one");
    TokenFile token = new TokenFile(file);
    token.getToken();

    Files.writeString(file, "");
    assertEquals("one", token.getToken());
    Files.delete(file);
    assertEquals("one", token.getToken());
  }
}
