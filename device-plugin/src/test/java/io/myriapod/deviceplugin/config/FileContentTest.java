package io.myriapod.deviceplugin.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileContentTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("config.json");
  }

  @Test
  void read_file_hasItsBytes() throws IOException {
    Files.write(file, new byte[] {1, 2});

    FileContent content = FileContent.read(file);

    assertArrayEquals(new byte[] {1, 2}, content.bytes());
    assertEquals(Optional.empty(), content.problem());
    assertEquals(file + ": 2 bytes", content.toString());
  }

  @Test
  void equals_isOfBytes() throws IOException {
    Files.write(file, new byte[] {1});
    FileContent one = FileContent.read(file);
    Files.write(file, new byte[] {1});
    FileContent same = FileContent.read(file);
    Files.write(file, new byte[] {2});

    assertEquals(one, same);
    assertEquals(one.hashCode(), same.hashCode());
    assertNotEquals(one, FileContent.read(file));
  }

  @Test
  void read_noFile_saysSo() throws IOException {
    assertEquals(Optional.of("is not there"), FileContent.read(file).problem());
    assertEquals(Optional.of("is not there"), FileContent.read(file.resolve("x/y")).problem());
    Files.createFile(file);
    assertNotEquals(FileContent.read(file), FileContent.read(folder.resolve("other")));
    assertEquals(
        Optional.of("cannot be read: %s/below: Not a directory".formatted(file)),
        FileContent.read(file.resolve("below")).problem());
  }

  @Test
  void read_folderOrDevice_saysSo() {
    assertEquals(Optional.of("is no regular file"), FileContent.read(folder).problem());
    assertEquals(
        Optional.of("is no regular file"), FileContent.read(Path.of("/dev/zero")).problem());
  }

  @Test
  void read_tooLarge_saysSo() throws IOException {
    Files.write(file, new byte[FileContent.MAX_BYTES + 1]);

    FileContent content = FileContent.read(file);

    assertEquals(Optional.of("has more than 1048576 bytes"), content.problem());
    assertEquals(0, content.bytes().length);
  }

  @Test
  void read_linkThatEndsNowhere_isNotThere() throws IOException {
    Files.createSymbolicLink(file, Path.of("nowhere"));

    assertEquals(Optional.of("is not there"), FileContent.read(file).problem());
  }
}
