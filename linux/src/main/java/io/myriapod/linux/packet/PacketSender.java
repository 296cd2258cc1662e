package io.myriapod.linux.packet;

import io.myriapod.linux.libc.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sends Ethernet frames by one link, past the IP stack: the link's own queueing and state apply, no
 * address or route is needed. It receives nothing. packet(7)
 */
public final class PacketSender implements AutoCloseable {
  private final Socket socket;
  private final String call;

  private PacketSender(Socket socket, String call) {
    this.socket = socket;
    this.call = call;
  }

  /** A sender by a link of the calling thread's namespace. */
  public static PacketSender open(int linkIndex) {
    Socket socket = Socket.open(Socket.AF_PACKET, Socket.SOCK_RAW, 0);
    try {
      socket.bind(address(linkIndex));
      return new PacketSender(socket, "send frame by link " + linkIndex);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** sockaddr_ll: family u16 | protocol u16 | link i32 | type u16 | packet u8 | length u8 | 8. */
  private static byte[] address(int linkIndex) {
    return ByteBuffer.allocate(20)
        .order(ByteOrder.nativeOrder())
        .putShort((short) Socket.AF_PACKET)
        .putShort((short) 0)
        .putInt(linkIndex)
        .array();
  }

  /**
   * Sends a frame, Ethernet header first.
   *
   * @throws io.myriapod.linux.libc.ErrnoException ENETDOWN while the link is down
   */
  public void send(byte[] frame) {
    socket.send(call, frame);
  }

  @Override
  public void close() {
    socket.close();
  }
}
