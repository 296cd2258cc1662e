package io.myriapod.deviceplugin.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListeningTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "rwxrwxrwx,rw-------",
    "rwx-w----,rw-------",
    "rwx----w-,rw-------",
    "rwxr-xr-x,rwxr-xr-x",
    "rw-------,rw-------"
  })
  void restrict_socket_nobodyButItsOwnerCanWrite(String before, String after) throws IOException {
    Path socket = folder.resolve("a.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(before));

      Listening.restrict(socket);

      assertEquals(after, PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    }
  }

  /** A container that has the folder could close a file of the node to all but root. */
  @Test
  void restrict_linkInItsPlace_isRefusedAndNotFollowed() throws IOException {
    Path file = Files.writeString(folder.resolve("passwd"), "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    Path link = Files.createSymbolicLink(folder.resolve("a.sock"), file);

    assertThrows(IOException.class, () -> Listening.restrict(link));

    assertEquals("rw-rw-r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }
}
