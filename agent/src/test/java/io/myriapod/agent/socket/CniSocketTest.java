package io.myriapod.agent.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent's socket, driven by plain client sockets. */
@Timeout(60)
class CniSocketTest {
  private record Taken(RequestFrame request, Exchange exchange) {}

  @TempDir Path folder;

  private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
  private Path path;
  private CniSocket socket;

  @BeforeEach
  void listen() throws IOException {
    path = folder.resolve("run/cni.sock");
    socket = CniSocket.listen(path, (request, exchange) -> taken.add(new Taken(request, exchange)));
  }

  @AfterEach
  void close() {
    socket.close();
  }

  @Test
  void listen_onlyTheOwnerMayEnter() throws IOException {
    assertEquals("rw-------", permissions(path));
    assertEquals("rwx------", permissions(path.getParent()));
  }

  @Test
  void listen_socketOfAFormerLife_isReplaced() throws Exception {
    Path stale = folder.resolve("stale/cni.sock");
    Files.createDirectories(stale.getParent());
    ServerSocketChannel former = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    former.bind(UnixDomainSocketAddress.of(stale));
    former.close();

    try (CniSocket successor =
        CniSocket.listen(stale, (request, exchange) -> exchange.reply(0, new byte[0]))) {
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(stale))) {
        client.write(ByteBuffer.wrap(FrameCodec.encode(request("{}"))));
        assertEquals(0, readReply(client).exitCode());
      }
      successor.stopAccepting();
    }
  }

  @Test
  void listen_pathTooLong_namesIt() {
    Path tooLong = folder.resolve("x".repeat(120));

    IOException e =
        assertThrows(IOException.class, () -> CniSocket.listen(tooLong, (request, to) -> {}));

    assertTrue(e.getMessage().startsWith("listen on " + tooLong), e.getMessage());
  }

  @Test
  void request_answeredByAnotherThread_replyCarriesItsId() throws Exception {
    try (SocketChannel client = connect()) {
      RequestFrame request = request("{}");
      client.write(ByteBuffer.wrap(FrameCodec.encode(request)));
      Taken one = taken.take();
      assertArrayEquals(request.stdin(), one.request().stdin());

      one.exchange().reply(3, "out".getBytes(UTF_8));
      one.exchange().reply(4, "again".getBytes(UTF_8));

      ReplyFrame reply = readReply(client);
      assertEquals(request.id(), reply.id());
      assertEquals(3, reply.exitCode());
      assertEquals("out", new String(reply.stdout(), UTF_8));
      assertFalse(one.exchange().clientGone());
    }
  }

  @Test
  void request_byteByByte_isPutTogether() throws Exception {
    try (SocketChannel client = connect()) {
      for (byte piece : FrameCodec.encode(request("{}"))) {
        client.write(ByteBuffer.wrap(new byte[] {piece}));
      }
      assertEquals("STATUS", taken.take().request().command());
    }
  }

  @Test
  void requestAndReply_ofManyMegabytes_comeWhole() throws Exception {
    byte[] large = new byte[8 << 20];
    Arrays.fill(large, (byte) 'x');
    try (SocketChannel client = connect()) {
      ByteBuffer frame = ByteBuffer.wrap(FrameCodec.encode(request(new String(large, UTF_8))));
      while (frame.hasRemaining()) client.write(frame);
      Taken one = taken.take();
      assertArrayEquals(large, one.request().stdin());

      one.exchange().reply(0, large);

      assertArrayEquals(large, readReply(client).stdout());
    }
  }

  @Test
  void client_goesAwayBeforeTheAnswer_isNoticedOnce() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    SocketChannel client = connect();
    client.write(ByteBuffer.wrap(FrameCodec.encode(request("{}"))));
    Exchange exchange = taken.take().exchange();
    assertFalse(exchange.clientGone());
    exchange.onClientGone(gone::countDown);

    client.close();

    assertTrue(gone.await(30, TimeUnit.SECONDS));
    assertTrue(exchange.clientGone());
    CountDownLatch late = new CountDownLatch(1);
    exchange.onClientGone(late::countDown);
    assertEquals(0, late.getCount());
    exchange.reply(0, new byte[0]); // nobody is there: nothing happens
  }

  @Test
  void client_sendsMoreThanItsRequest_isCutOff() throws Exception {
    try (SocketChannel client = connect()) {
      client.write(ByteBuffer.wrap(FrameCodec.encode(request("{}"))));
      CountDownLatch gone = new CountDownLatch(1);
      taken.take().exchange().onClientGone(gone::countDown);

      client.write(ByteBuffer.wrap(new byte[] {1}));

      assertTrue(gone.await(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void frame_unreadable_isAnsweredByCode5WithIdZero() throws Exception {
    byte[] otherVersion = FrameCodec.encode(request("{}"));
    otherVersion[4] = 9;
    byte[] oversized = FrameCodec.encode(request("{}"));
    oversized[8] = 0x7f;
    for (byte[] frame :
        List.of("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8), otherVersion, oversized)) {
      try (SocketChannel client = connect()) {
        client.write(ByteBuffer.wrap(frame));

        ReplyFrame reply = readReply(client);

        assertEquals(RequestId.UNREAD, reply.id());
        assertEquals(1, reply.exitCode());
        assertTrue(new String(reply.stdout(), UTF_8).contains("\"code\":5"));
      }
    }
    assertTrue(taken.isEmpty());
  }

  @Test
  void frame_truncated_isForgottenAndOthersAreServed() throws Exception {
    byte[] frame = FrameCodec.encode(request("{}"));
    try (SocketChannel client = connect()) {
      client.write(ByteBuffer.wrap(frame, 0, frame.length - 1));
    }
    try (SocketChannel client = connect()) {
      client.write(ByteBuffer.wrap(frame));
      taken.take().exchange().reply(0, new byte[0]);
      assertEquals(0, readReply(client).exitCode());
    }
    assertTrue(taken.isEmpty());
  }

  @Test
  void handler_refuses_clientIsToldToTryAgain() throws Exception {
    Path other = folder.resolve("other/cni.sock");
    RequestHandler full =
        (request, exchange) -> {
          throw new IllegalStateException("the queue is full");
        };
    try (CniSocket refusing = CniSocket.listen(other, full);
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(other))) {
      client.write(ByteBuffer.wrap(FrameCodec.encode(request("{}"))));

      String error = new String(readReply(client).stdout(), UTF_8);

      assertTrue(error.contains("\"code\":11"), error);
      assertTrue(error.contains("the queue is full"), error);
      refusing.stopAccepting();
    }
  }

  @Test
  void stopAccepting_workInProgress_isStillAnswered() throws Exception {
    try (SocketChannel client = connect()) {
      client.write(ByteBuffer.wrap(FrameCodec.encode(request("{}"))));
      Exchange exchange = taken.take().exchange();

      socket.stopAccepting();
      exchange.reply(0, "bye".getBytes(UTF_8));

      assertEquals("bye", new String(readReply(client).stdout(), UTF_8));
    }
  }

  @Test
  void hundredClients_atOnce_eachGetsItsOwnAnswer() throws Exception {
    List<SocketChannel> clients = new ArrayList<>();
    List<RequestId> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      SocketChannel client = connect();
      RequestFrame request = request("{}");
      client.write(ByteBuffer.wrap(FrameCodec.encode(request)));
      clients.add(client);
      ids.add(request.id());
    }
    for (int i = 0; i < 100; i++) taken.take().exchange().reply(0, new byte[0]);
    for (int i = 0; i < 100; i++) {
      assertEquals(ids.get(i), readReply(clients.get(i)).id());
      clients.get(i).close();
    }
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(path));
  }

  private static RequestFrame request(String stdin) {
    return new RequestFrame(
        RequestId.random(),
        Duration.ofSeconds(10),
        "myriapod",
        Map.of("CNI_COMMAND", "STATUS"),
        stdin.getBytes(UTF_8));
  }

  private static ReplyFrame readReply(SocketChannel client) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(16);
    InputStream in = Channels.newInputStream(client);
    header.put(in.readNBytes(16));
    int length = header.getInt(8);
    ByteBuffer frame = ByteBuffer.allocate(16 + length).put(header.flip());
    return FrameCodec.decodeReply(frame.put(in.readNBytes(length)).array());
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
