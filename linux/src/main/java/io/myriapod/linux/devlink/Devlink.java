package io.myriapod.linux.devlink;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.GenericSocket;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.PciAddress;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks devlink about the PCI functions of the namespace that it was opened in, which is the node's
 * unless {@code devlink dev reload … netns} said otherwise. On a kernel without devlink all answers
 * are empty. Meant to be closed soon; used by one thread at a time.
 *
 * <p>A driver may ask its card, which takes long if the card is ill. The methods throw {@link
 * ErrnoException} with the driver's errno and words; EAGAIN after ten seconds without an answer.
 */
public final class Devlink implements AutoCloseable {
  /** The running version that is the name of the DDP profile on Intel's cards. */
  public static final String DDP_PROFILE = "fw.app.name";

  /** No such device, it is none of devlink's, or its driver cannot tell. */
  private static final Set<Integer> NOT_THERE = Set.of(Errno.ENODEV, Errno.EOPNOTSUPP);

  private final GenericSocket socket;
  private final Optional<Integer> family;

  Devlink(GenericSocket socket) {
    this.socket = socket;
    this.family = socket.family(DevlinkMessages.FAMILY);
  }

  /** Opens it in the calling thread's namespace. */
  public static Devlink open() {
    GenericSocket socket = GenericSocket.open();
    try {
      return new Devlink(socket);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * The versions of what runs on the card, by name: {@code fw.mgmt}, {@code fw.app.name}.
   * Documentation/networking/devlink/devlink-info.rst
   */
  public Map<String, String> runningVersions(PciAddress function) {
    return ask("read versions of " + function, DevlinkMessages::infoGet, function)
        .map(DevlinkMessages::runningVersions)
        .map(Collections::unmodifiableMap)
        .orElse(Map.of());
  }

  @FunctionalInterface
  private interface Question {
    NetlinkRequest about(int family, PciAddress function);
  }

  private Optional<Attributes> ask(String call, Question question, PciAddress function) {
    try {
      return family.flatMap(number -> socket.answer(call, question.about(number, function)));
    } catch (ErrnoException e) {
      if (NOT_THERE.contains(e.errno())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
