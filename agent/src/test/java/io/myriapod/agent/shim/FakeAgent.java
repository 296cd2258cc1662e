package io.myriapod.agent.shim;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * An agent made from docs/shim-protocol.md alone, so that it does not share the mistakes of the
 * real one. The n-th connection gets the n-th behaviour; the last one serves all further.
 */
final class FakeAgent implements AutoCloseable {
  /** A request as it came over the wire. */
  record Request(
      byte[] frame,
      String id,
      long timeLeft,
      String calledAs,
      Map<String, String> environment,
      byte[] stdin) {
    String text() {
      return new String(stdin, StandardCharsets.UTF_8);
    }
  }

  /** What happens with one connection; it is closed afterwards. */
  interface Behaviour {
    void serve(Request request, InputStream in, OutputStream out) throws IOException;
  }

  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch clientGone = new CountDownLatch(1);
  private final ServerSocketChannel server;
  private final List<Behaviour> behaviours;

  private FakeAgent(ServerSocketChannel server, List<Behaviour> behaviours) {
    this.server = server;
    this.behaviours = behaviours;
  }

  static FakeAgent at(Path root, Behaviour... behaviours) throws IOException {
    Path socket = root.resolve("run/myriapod/cni.sock");
    Files.createDirectories(socket.getParent());
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    FakeAgent agent = new FakeAgent(server, List.of(behaviours));
    Thread thread = new Thread(agent::serve, "fake-agent");
    thread.setDaemon(true);
    thread.start();
    return agent;
  }

  static Behaviour answers(int exitCode, String stdout) {
    return (request, in, out) ->
        out.write(reply(request.id(), exitCode, stdout.getBytes(StandardCharsets.UTF_8)));
  }

  static Behaviour answersBytes(byte[] bytes) {
    return (request, in, out) -> out.write(bytes);
  }

  static Behaviour breaks() {
    return (request, in, out) -> {};
  }

  static Behaviour answersHalf() {
    return (request, in, out) -> {
      byte[] whole = reply(request.id(), 0, new byte[100]);
      out.write(whole, 0, whole.length / 2);
    };
  }

  /** Never answers; notes the end of the client. */
  Behaviour silent() {
    return (request, in, out) -> {
      if (in.read() == -1) clientGone.countDown();
    };
  }

  static byte[] reply(String id, int exitCode, byte[] stdout) {
    ByteBuffer frame = ByteBuffer.allocate(16 + 24 + stdout.length);
    frame.put("MYRI".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 2);
    frame.putShort((short) 0).putInt(24 + stdout.length).putInt(0);
    frame.put(HexFormat.of().parseHex(id)).putInt(exitCode).putInt(stdout.length).put(stdout);
    return frame.array();
  }

  static Request parse(byte[] frame) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame))) {
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Request> requests() {
    return requests;
  }

  CountDownLatch clientGone() {
    return clientGone;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void serve() {
    try {
      for (int i = 0; true; i++) {
        try (SocketChannel client = server.accept()) {
          InputStream in = Channels.newInputStream(client);
          Request request = read(new DataInputStream(in));
          requests.add(request);
          Behaviour behaviour = behaviours.get(Math.min(i, behaviours.size() - 1));
          behaviour.serve(request, in, Channels.newOutputStream(client));
        } catch (EOFException | SocketException e) {
          // the shim went away
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  private static Request read(DataInputStream in) throws IOException {
    byte[] header = in.readNBytes(16);
    if (header.length < 16) throw new EOFException();
    int length = ByteBuffer.wrap(header).getInt(8);
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) throw new EOFException();
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream whole = new DataOutputStream(frame);
    whole.write(header);
    whole.write(payload);
    DataInputStream fields = new DataInputStream(new ByteArrayInputStream(payload));
    String id = HexFormat.of().formatHex(fields.readNBytes(16));
    long timeLeft = fields.readInt() & 0xffffffffL;
    String calledAs = text(fields, fields.readUnsignedShort());
    Map<String, String> environment = new LinkedHashMap<>();
    for (int left = fields.readUnsignedShort(); left > 0; left--) {
      String key = text(fields, fields.readUnsignedShort());
      environment.put(key, text(fields, fields.readInt()));
    }
    byte[] stdin = fields.readNBytes(fields.readInt());
    if (fields.read() != -1) throw new AssertionError("bytes after the last field");
    return new Request(frame.toByteArray(), id, timeLeft, calledAs, environment, stdin);
  }

  private static String text(DataInputStream in, int length) throws IOException {
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
