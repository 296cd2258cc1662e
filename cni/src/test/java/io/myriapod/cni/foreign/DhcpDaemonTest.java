package io.myriapod.cni.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Deadline;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that answer like the daemon, like another program, or not at all. */
class DhcpDaemonTest {
  @TempDir Path root;

  private void require(String type) {
    String json =
        """
        {"cniVersion":"1.1.0","name":"pool","type":"macvlan",
         "ipam":{"type":"%s","daemonSocketPath":"%s"}}
        """
            .formatted(type, root.resolve("d.sock"));
    NetworkConfig config = NetworkConfig.parse(json.getBytes(StandardCharsets.UTF_8));
    DhcpDaemon.require(config, 50, Deadline.in(Duration.ofSeconds(20)));
  }

  private void assertRefused(String finding) {
    CniException e = assertThrows(CniException.class, () -> require("dhcp"));
    assertEquals(50, e.code());
    assertTrue(e.getMessage().contains("d.sock\": " + finding), e::getMessage);
    assertTrue(e.details().contains("dhcp daemon"), e::details);
  }

  private ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(root.resolve("d.sock")));
  }

  /** Answers one caller. */
  private static Thread answering(ServerSocketChannel server, String answer) {
    Thread thread =
        new Thread(
            () -> {
              try (SocketChannel caller = server.accept()) {
                caller.read(ByteBuffer.allocate(100));
                caller.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
              } catch (IOException e) {
                // the test ends
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void require_otherType_asksNobody() {
    require("static");
  }

  @Test
  void require_daemonAnswers_returns() throws IOException {
    try (ServerSocketChannel server = listen()) {
      answering(server, "HTTP/1.0 200 Connected to Go RPC\n\n");
      require("dhcp");
    }
  }

  @Test
  void require_noSocket_saysSo() {
    assertRefused("No such file");
  }

  @Test
  void require_daemonDied_saysSo() throws IOException {
    listen().close();

    assertRefused("Connection refused");
  }

  @Test
  void require_otherProgram_showsWhatItSays() throws IOException {
    try (ServerSocketChannel server = listen()) {
      answering(server, "HTTP/1.1 404 Not Found\r\n\r\n");

      assertRefused("another program is there, which says \"HTTP/1.1 404");
    }
  }

  @Test
  void require_silence_isNotWaitedOut() throws IOException {
    try (ServerSocketChannel server = listen()) {
      assertRefused("it is silent");
      assertTrue(server.isOpen());
    }
  }
}
