package io.myriapod.linux.netlink;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks parts of the kernel that have no netlink protocol of their own: families of generic netlink,
 * found by name. It acts in the namespace of the thread that opened it. linux/genetlink.h
 *
 * <p>All methods throw {@link ErrnoException} as {@link RouteSocket} does.
 */
public final class GenericSocket implements AutoCloseable {
  private static final int GENL_ID_CTRL = 16; // nlctrl, the family that knows the others
  private static final int CTRL_VERSION = 1;
  private static final int CTRL_CMD_GETFAMILY = 3;
  private static final int CTRL_ATTR_FAMILY_ID = 1; // u16
  private static final int CTRL_ATTR_FAMILY_NAME = 2; // string
  private static final Duration RECEIVE_TIMEOUT = Duration.ofSeconds(10);

  private final RouteSocket socket;

  GenericSocket(Wire wire) {
    this.socket = new RouteSocket(wire);
  }

  /** A socket in the calling thread's namespace. */
  public static GenericSocket open() {
    return new GenericSocket(KernelWire.open(Netlink.NETLINK_GENERIC, RECEIVE_TIMEOUT));
  }

  /** The number of a family: the type of its requests. Empty if the kernel has none. */
  public Optional<Integer> family(String name) {
    NetlinkRequest request =
        NetlinkRequest.of(GENL_ID_CTRL, 0, new GenericHeader(CTRL_CMD_GETFAMILY, CTRL_VERSION))
            .string(CTRL_ATTR_FAMILY_NAME, name);
    try {
      return answer("find netlink family \"" + name + "\"", request)
          .flatMap(attributes -> attributes.u16(CTRL_ATTR_FAMILY_ID));
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The attributes that answer a request, if any do. */
  public Optional<Attributes> answer(String call, NetlinkRequest request) {
    return socket.answer(call, request).map(message -> message.attributes(GenericHeader.BYTES));
  }

  @Override
  public void close() {
    socket.close();
  }
}
