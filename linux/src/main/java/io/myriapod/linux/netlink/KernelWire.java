package io.myriapod.linux.netlink;

import io.myriapod.linux.libc.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/** A netlink socket in the namespace of the thread that opened it. netlink(7). */
final class KernelWire implements Wire {
  private final Socket socket;

  private KernelWire(Socket socket) {
    this.socket = socket;
  }

  /**
   * @param protocol NETLINK_*
   */
  static KernelWire open(int protocol, Duration receiveTimeout) {
    Socket socket = Socket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, protocol);
    try {
      socket.bind(kernelChoosesPort());
      socket.receiveTimeout(receiveTimeout);
      socket.option("NETLINK_EXT_ACK", Netlink.SOL_NETLINK, Netlink.NETLINK_EXT_ACK, 1);
      socket.option("NETLINK_CAP_ACK", Netlink.SOL_NETLINK, Netlink.NETLINK_CAP_ACK, 1);
      socket.option(
          "NETLINK_GET_STRICT_CHK", Netlink.SOL_NETLINK, Netlink.NETLINK_GET_STRICT_CHK, 1);
      return new KernelWire(socket);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** sockaddr_nl: family u16 | pad u16 | port u32 | groups u32. */
  private static byte[] kernelChoosesPort() {
    return ByteBuffer.allocate(12)
        .order(ByteOrder.nativeOrder())
        .putShort((short) Socket.AF_NETLINK)
        .array();
  }

  void join(int group) {
    socket.option(
        "NETLINK_ADD_MEMBERSHIP", Netlink.SOL_NETLINK, Netlink.NETLINK_ADD_MEMBERSHIP, group);
  }

  void receiveBuffer(int bytes) {
    socket.receiveBuffer(bytes);
  }

  @Override
  public void send(String call, byte[] message) {
    long start = System.nanoTime(); // it is where the kernel does what it is asked
    try {
      socket.send(call, message);
    } finally {
      KernelTime.add(System.nanoTime() - start);
    }
  }

  @Override
  public byte[] receive(String call, int room) {
    long start = System.nanoTime();
    try {
      while (true) {
        Socket.Datagram datagram = socket.receive(call, room);
        if (fromKernel(datagram)) {
          return datagram.data();
        }
      }
    } finally {
      KernelTime.add(System.nanoTime() - start);
    }
  }

  /** A datagram that is there already; empty if there is none. */
  Optional<byte[]> poll(String call) {
    while (true) {
      Optional<Socket.Datagram> datagram = socket.poll(call);
      if (datagram.isEmpty() || fromKernel(datagram.get())) {
        return datagram.map(Socket.Datagram::data);
      }
    }
  }

  boolean await(Duration time) {
    return socket.await(time);
  }

  /** Any process may send to any netlink port; the kernel's own port is 0. */
  static boolean fromKernel(Socket.Datagram datagram) {
    return datagram.sender().length >= 8
        && ByteBuffer.wrap(datagram.sender()).order(ByteOrder.nativeOrder()).getInt(4) == 0;
  }

  @Override
  public long namespaceCookie() {
    return socket.namespaceCookie();
  }

  @Override
  public void close() {
    socket.close();
  }
}
