package io.myriapod.linux.netlink;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sends netlink requests, by itself those of rtnetlink, one after another and gives each its
 * answer. It acts in the namespace of the thread that opened it, whichever thread uses it later;
 * one request at a time.
 *
 * <p>Every {@code call} is the attempt for the error text, with its subject: {@code delete link
 * "net1"}. All methods throw {@link ErrnoException} with the kernel's errno and text; EAGAIN if it
 * did not answer in time.
 */
public final class RouteSocket implements AutoCloseable {
  private static final Duration RECEIVE_TIMEOUT = Duration.ofSeconds(10);
  private static final int DUMP_ATTEMPTS = 20;
  private static final int DUMP_PIECE = 32 * 1024; // the kernel's own upper limit

  private final Wire wire;
  private int sequence;

  RouteSocket(Wire wire) {
    this.wire = wire;
  }

  /** A socket in the calling thread's namespace. */
  public static RouteSocket open() {
    return new RouteSocket(KernelWire.open(Netlink.NETLINK_ROUTE, RECEIVE_TIMEOUT));
  }

  /** Does what the request says, or throws. */
  public synchronized void execute(String call, NetlinkRequest request) {
    int number = send(call, request, Netlink.NLM_F_ACK);
    while (true) {
      for (NetlinkMessage message : receive(call, number, 0)) {
        if (message.type() == Netlink.NLMSG_ERROR) {
          Acknowledgement.of(message).throwIfRefused(call);
          return;
        }
      }
    }
  }

  /** The one message that answers a get. */
  public synchronized NetlinkMessage get(String call, NetlinkRequest request) {
    int number = send(call, request, 0);
    while (true) {
      for (NetlinkMessage message : receive(call, number, 0)) {
        if (message.type() != Netlink.NLMSG_ERROR) {
          return message;
        }
        Acknowledgement.of(message).throwIfRefused(call);
      }
    }
  }

  /** The message that answers a get, if any does: of some things the kernel is silent. */
  public synchronized Optional<NetlinkMessage> answer(String call, NetlinkRequest request) {
    int number = send(call, request, Netlink.NLM_F_ACK);
    Optional<NetlinkMessage> answer = Optional.empty();
    while (true) {
      for (NetlinkMessage message : receive(call, number, 0)) {
        if (message.type() == Netlink.NLMSG_ERROR) {
          Acknowledgement.of(message).throwIfRefused(call);
          return answer;
        }
        answer = answer.or(() -> Optional.of(message));
      }
    }
  }

  /** All messages of a dump; read anew if the kernel says that it changed meanwhile. */
  public List<NetlinkMessage> dump(String call, NetlinkRequest request) {
    return dump(call, request, Integer.MAX_VALUE);
  }

  /**
   * The same, for what a pod may have as much of as it likes.
   *
   * @throws ErrnoException ENOBUFS if there are more messages; no more than that are held in memory
   */
  public List<NetlinkMessage> dump(String call, NetlinkRequest request, int most) {
    return dump(call, request, most, Optional::of);
  }

  /**
   * What the decoder makes of a dump's messages, in order. Those of which it makes nothing take no
   * room, however many there are.
   *
   * @throws ErrnoException ENOBUFS if it makes something of more than that many
   */
  public synchronized <T> List<T> dump(
      String call,
      NetlinkRequest request,
      int most,
      Function<NetlinkMessage, Optional<T>> decoder) {
    for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      Optional<List<T>> whole = dumpOnce(call, request, most, decoder);
      if (whole.isPresent()) {
        return whole.get();
      }
    }
    throw new ErrnoException(
        call + " (changed during each of " + DUMP_ATTEMPTS + " readings)", Errno.EAGAIN);
  }

  /** Empty if NLM_F_DUMP_INTR was set on any message: the list may then lack or double some. */
  private <T> Optional<List<T>> dumpOnce(
      String call,
      NetlinkRequest request,
      int most,
      Function<NetlinkMessage, Optional<T>> decoder) {
    int number = send(call, request, Netlink.NLM_F_DUMP);
    List<T> decoded = new ArrayList<>();
    boolean changed = false;
    boolean tooMany = false;
    while (true) {
      for (NetlinkMessage message : receive(call, number, DUMP_PIECE)) {
        changed |= (message.flags() & Netlink.NLM_F_DUMP_INTR) != 0;
        if (message.type() == Netlink.NLMSG_ERROR || message.type() == Netlink.NLMSG_DONE) {
          Acknowledgement.of(message).throwIfRefused(call);
          if (tooMany) {
            throw new ErrnoException(call + " (more than " + most + ")", Errno.ENOBUFS);
          }
          return changed ? Optional.empty() : Optional.of(decoded);
        }
        if (!tooMany) { // read to its end all the same: the next is waiting
          Optional<T> one = decoder.apply(message);
          tooMany = one.isPresent() && decoded.size() == most;
          one.filter(any -> decoded.size() < most).ifPresent(decoded::add);
        }
      }
    }
  }

  private int send(String call, NetlinkRequest request, int flags) {
    int number = ++sequence;
    wire.send(call, request.encode(flags, number));
    return number;
  }

  /** The messages of the next datagram that belong to the request; others are late and dropped. */
  private List<NetlinkMessage> receive(String call, int number, int room) {
    return NetlinkMessage.all(wire.receive(call, room)).stream()
        .filter(message -> message.sequence() == number)
        .filter(message -> message.type() != Netlink.NLMSG_NOOP)
        .toList();
  }

  /** The number of the socket's namespace. SO_NETNS_COOKIE, unique until the machine restarts. */
  public long namespaceCookie() {
    return wire.namespaceCookie();
  }

  @Override
  public void close() {
    wire.close();
  }
}
