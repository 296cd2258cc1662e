package io.myriapod.linux.libc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * A socket of the namespace in which the calling thread was when it opened it; it stays there
 * whoever uses it afterwards. socket(2), socket(7).
 */
public final class Socket implements AutoCloseable {
  public static final int AF_NETLINK = 16;
  public static final int AF_PACKET = 17;
  public static final int SOCK_RAW = 3;

  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SO_NETNS_COOKIE = 71; // since Linux 5.14
  private static final int MSG_PEEK = 2;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int ADDRESS_ROOM = 32; // sockaddr_nl takes 12, sockaddr_ll 20

  private final Descriptor descriptor;

  private Socket(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** A datagram and the raw address of who sent it. */
  public record Datagram(byte[] data, byte[] sender) {}

  /** socket(2) with SOCK_CLOEXEC. */
  public static Socket open(int domain, int type, int protocol) {
    String call = "open socket of family " + domain;
    return new Socket(
        new Descriptor(
            (int)
                Libc.checked(
                    call, () -> Libc.calls().socket(domain, type | SOCK_CLOEXEC, protocol))));
  }

  /** bind(2) to the raw address. */
  public void bind(byte[] address) {
    Libc.checked("bind", () -> Libc.calls().bind(descriptor.fd(), address, address.length));
  }

  /** send(2): the whole datagram or an exception. */
  public void send(String call, byte[] data) {
    Libc.checked(call, () -> Libc.calls().send(descriptor.fd(), data, data.length, 0));
  }

  /**
   * The next datagram, however long it is. recvfrom(2), its length asked for by MSG_PEEK|MSG_TRUNC.
   *
   * @param room the least buffer to offer: the kernel cuts dumps into pieces of that size
   * @throws ErrnoException EAGAIN if nothing came within the receive time-out, ENOBUFS if the
   *     kernel had to drop some
   */
  public Datagram receive(String call, int room) {
    return receive(call, room, 0);
  }

  /** The next datagram if there is one already. */
  public Optional<Datagram> poll(String call) {
    try {
      return Optional.of(receive(call, 0, MSG_DONTWAIT));
    } catch (ErrnoException e) {
      if (e.is(Errno.EAGAIN)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Datagram receive(String call, int room, int flags) {
    int peek = flags | MSG_PEEK | MSG_TRUNC;
    byte[] nothing = new byte[1];
    long length =
        Libc.checked(
            call, () -> Libc.calls().recvfrom(descriptor.fd(), nothing, 0, peek, null, null));
    byte[] data = new byte[(int) Math.max(length, room)];
    byte[] sender = new byte[ADDRESS_ROOM];
    int[] senderLength = {ADDRESS_ROOM};
    int got =
        (int)
            Libc.checked(
                call,
                () ->
                    Libc.calls()
                        .recvfrom(descriptor.fd(), data, data.length, flags, sender, senderLength));
    return new Datagram(
        got == data.length ? data : Arrays.copyOf(data, got),
        Arrays.copyOf(sender, senderLength[0]));
  }

  /** Waits for input; false when the time is over. */
  public boolean await(Duration time) {
    return Libc.pollInput(descriptor, time);
  }

  /** SO_RCVTIMEO: how long {@link #receive} waits. */
  public void receiveTimeout(Duration time) {
    byte[] value =
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putLong(time.toSeconds())
            .putLong(time.toNanosPart() / 1000)
            .array();
    option("SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, value);
  }

  /** SO_RCVBUFFORCE: bytes that may wait here, above the system's limit for users. */
  public void receiveBuffer(int bytes) {
    option("SO_RCVBUFFORCE", SOL_SOCKET, SO_RCVBUFFORCE, bytes);
  }

  /** setsockopt(2) with an int. */
  public void option(String name, int level, int option, int value) {
    option(
        name,
        level,
        option,
        ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
  }

  private void option(String name, int level, int option, byte[] value) {
    Libc.checked(
        "set socket option " + name,
        () -> Libc.calls().setsockopt(descriptor.fd(), level, option, value, value.length));
  }

  /**
   * SO_NETNS_COOKIE: the number of the socket's namespace, never given twice until the machine
   * starts anew. Linux 5.14.
   */
  public long namespaceCookie() {
    byte[] value = new byte[8];
    int[] length = {value.length};
    Libc.checked(
        "read socket option SO_NETNS_COOKIE",
        () -> Libc.calls().getsockopt(descriptor.fd(), SOL_SOCKET, SO_NETNS_COOKIE, value, length));
    return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong();
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
