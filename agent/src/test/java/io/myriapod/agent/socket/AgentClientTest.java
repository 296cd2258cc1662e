package io.myriapod.agent.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentClientTest {
  private static final RequestFrame REQUEST =
      new RequestFrame(RequestId.random(), Duration.ofSeconds(1), "vf", Map.of(), new byte[0]);

  @TempDir private Path folder;

  @Test
  void callIfThere_noSocket_isEmpty() {
    assertEquals(Optional.empty(), AgentClient.callIfThere(folder.resolve("cni.sock"), REQUEST));
  }

  @Test
  void callIfThere_socketOfAFormerLife_isEmpty() throws IOException {
    Path stale = folder.resolve("cni.sock");
    try (ServerSocketChannel former = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      former.bind(UnixDomainSocketAddress.of(stale));
    }

    assertEquals(Optional.empty(), AgentClient.callIfThere(stale, REQUEST));
  }

  /** As without the right to enter the folder: it may be there, and must not be done without. */
  @Test
  void callIfThere_whereNobodyCanLook_isAnErrorWithTheKernelsWords() throws IOException {
    Path loop = folder.resolve("cni.sock");
    Files.createSymbolicLink(loop, loop);

    CniException refusal =
        assertThrows(CniException.class, () -> AgentClient.callIfThere(loop, REQUEST));

    assertEquals(ErrorCode.IO, refusal.code());
    assertTrue(
        refusal.getMessage().endsWith(": Too many levels of symbolic links"), refusal.getMessage());
  }

  @Test
  void call_noSocket_saysHowToStartTheAgent() {
    CniException refusal =
        assertThrows(
            CniException.class, () -> AgentClient.call(folder.resolve("cni.sock"), REQUEST));

    assertEquals(ErrorCode.TRY_AGAIN_LATER, refusal.code());
    assertTrue(refusal.details().contains("`myriapod agent`"), refusal.details());
  }
}
