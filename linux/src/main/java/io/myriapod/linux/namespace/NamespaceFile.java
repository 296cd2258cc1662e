package io.myriapod.linux.namespace;

import io.myriapod.linux.libc.Descriptor;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.libc.Libc;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Opens what stands for a network namespace, and nothing else. First a descriptor that only names
 * the file (O_PATH), so that a FIFO or device somebody put there feels nothing; only when the file
 * system is the kernel's nsfs, a real one.
 */
final class NamespaceFile {
  private static final long NSFS_MAGIC = 0x6e736673; // linux/magic.h

  /**
   * These are magic links, which RESOLVE_IN_ROOT refuses; the agent shares the node's processes.
   */
  private static final Pattern OF_PROCESS =
      Pattern.compile("/proc/([0-9]+|self|thread-self)(/task/[0-9]+)?/ns/net");

  private NamespaceFile() {}

  /**
   * @param root where absolute paths and links start: {@code /}, or {@code /proc/1/root} to see the
   *     node's files from a container
   * @throws ErrnoException ENOENT, EACCES, … if it cannot be opened
   * @throws NotANetworkNamespaceException for anything else than a network namespace
   */
  static Descriptor open(Path root, Path path) {
    try (Descriptor name = openName(root, path)) {
      if (Libc.fileSystemMagic(name) != NSFS_MAGIC) {
        throw new NotANetworkNamespaceException(path.toString());
      }
      return openType(name, path);
    }
  }

  private static Descriptor openName(Path root, Path path) {
    String text = path.toString();
    boolean direct = root.equals(Path.of("/")) || OF_PROCESS.matcher(text).matches();
    try {
      return direct
          ? Libc.open(text, Libc.O_PATH, 0)
          : Libc.openInRoot(root.toString(), text, Libc.O_PATH);
    } catch (ErrnoException e) {
      String below = direct ? "" : " below \"" + root + "\"";
      throw new ErrnoException("open netns path \"" + text + "\"" + below, e.errno());
    }
  }

  private static Descriptor openType(Descriptor name, Path path) {
    Descriptor namespace = Libc.open("/proc/self/fd/" + name.fd(), Libc.O_RDONLY, 0);
    try {
      if (Libc.namespaceType(namespace) != Libc.CLONE_NEWNET) {
        throw new NotANetworkNamespaceException(path.toString());
      }
      return namespace;
    } catch (RuntimeException e) {
      namespace.close();
      boolean noNamespace = e instanceof ErrnoException refused && refused.is(Errno.EINVAL);
      throw noNamespace ? new NotANetworkNamespaceException(path.toString()) : e;
    }
  }
}
