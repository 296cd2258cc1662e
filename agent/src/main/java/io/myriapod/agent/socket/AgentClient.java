package io.myriapod.agent.socket;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The command line's end of the wire: one request, one reply. */
public final class AgentClient {
  private AgentClient() {}

  /**
   * Sends the request and waits for its answer.
   *
   * @throws CniException 11 if no agent listens, 5 if it cannot be reached or hangs up
   */
  public static ReplyFrame call(Path socket, RequestFrame request) {
    return callIfThere(socket, request)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.TRY_AGAIN_LATER,
                    "connect to the agent at %s: nobody listens".formatted(socket),
                    "start it with `myriapod agent`; MYRIAPOD_ROOT says where it lives"));
  }

  /**
   * The same; empty if no agent listens.
   *
   * @throws CniException 5 if it cannot be reached or hangs up
   */
  public static Optional<ReplyFrame> callIfThere(Path socket, RequestFrame request) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      if (!connect(channel, socket)) {
        return Optional.empty();
      }
      ByteBuffer frame = ByteBuffer.wrap(FrameCodec.encode(request));
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
      return Optional.of(reply(channel));
    } catch (IOException e) {
      throw new CniException(
          ErrorCode.IO,
          "ask the agent at %s: %s".formatted(socket, e.getMessage()),
          "the agent's log says why it hung up");
    }
  }

  /** Whether somebody listens. Without the right to look, nobody knows. */
  private static boolean connect(SocketChannel channel, Path socket) {
    try {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      if (e instanceof ConnectException || Files.notExists(socket)) {
        return false;
      }
      throw new CniException(
          ErrorCode.IO,
          "connect to the agent at %s: %s".formatted(socket, e.getMessage()),
          "be root, as the agent is; MYRIAPOD_ROOT says where it lives",
          e);
    }
  }

  private static ReplyFrame reply(SocketChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(FrameHeader.BYTES);
    fill(channel, header);
    int length = FrameHeader.read(header.duplicate(), FrameHeader.Kind.REPLY).payloadLength();
    ByteBuffer whole = ByteBuffer.allocate(FrameHeader.BYTES + length).put(header);
    fill(channel, whole);
    return FrameCodec.decodeReply(whole.array());
  }

  private static void fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("it hung up in the middle of its answer");
      }
    }
    buffer.flip();
  }
}
