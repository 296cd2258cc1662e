package io.myriapod.linux.netlink;

/** What carries a {@link RouteSocket}'s datagrams: the kernel, or a test's script. */
interface Wire extends AutoCloseable {
  void send(String call, byte[] message);

  /**
   * The next datagram that the kernel (and no other process) sent, however long.
   *
   * @param room the least buffer to offer: the kernel cuts a dump into pieces of that size
   * @throws io.myriapod.linux.libc.ErrnoException EAGAIN after the receive time-out
   */
  byte[] receive(String call, int room);

  /** SO_NETNS_COOKIE of the namespace it is in. */
  long namespaceCookie();

  @Override
  void close();
}
