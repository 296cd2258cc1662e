package io.myriapod.linux.libc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * System calls, one method each. All throw {@link ErrnoException} whose text starts with what the
 * caller tried; a call that a signal interrupted is repeated. Thread-safe as the calls are. For the
 * module {@code linux} alone.
 */
public final class Libc {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0x40;
  public static final int O_TRUNC = 0x200;
  public static final int O_CLOEXEC = 0x80000;

  /** A descriptor that only names a file: opening has no effect on what it names. open(2). */
  public static final int O_PATH = 0x200000;

  /** Absolute paths and links are taken below the directory. linux/openat2.h */
  public static final int RESOLVE_IN_ROOT = 0x10;

  public static final int CLONE_NEWNET = 0x40000000;
  public static final int LOCK_EX = 2;
  public static final int LOCK_NB = 4;
  public static final int SIGKILL = 9;
  public static final int POLLIN = 1;

  private static final int O_DIRECTORY = directoryFlag();
  private static final long SYS_OPENAT2 = 437; // the same on every architecture
  private static final long NS_GET_NSTYPE = 0xb703; // _IO(0xb7, 3), linux/nsfs.h

  private static final SystemCalls CALLS =
      LibraryLoader.create(SystemCalls.class).failImmediately().load("c");
  private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

  private Libc() {}

  /** open(2) with O_CLOEXEC; a file it creates gets the mode less the umask. */
  public static Descriptor open(String path, int flags, int mode) {
    byte[] name = zeroTerminated(path);
    String call = "open \"" + path + "\"";
    return new Descriptor((int) checked(call, () -> CALLS.open(name, flags | O_CLOEXEC, mode)));
  }

  /**
   * openat2(2) with RESOLVE_IN_ROOT: no link, absolute or with dots, leads out of the root. Magic
   * links ({@code /proc/PID/ns/net}) are refused with ELOOP by the kernel.
   */
  public static Descriptor openInRoot(String root, String path, int flags) {
    byte[] name = zeroTerminated(path);
    byte[] how =
        ByteBuffer.allocate(24)
            .order(ByteOrder.nativeOrder())
            .putLong(flags | O_CLOEXEC)
            .putLong(0)
            .putLong(RESOLVE_IN_ROOT)
            .array();
    String call = "open \"" + path + "\" below \"" + root + "\"";
    try (Descriptor directory = open(root, O_PATH | O_DIRECTORY, 0)) {
      return new Descriptor(
          (int)
              checked(
                  call, () -> CALLS.syscall(SYS_OPENAT2, directory.fd(), name, how, how.length)));
    }
  }

  static void close(int fd) {
    CALLS.close(fd); // Linux has freed the number whatever it answers: close(2)
  }

  /** read(2): bytes read, 0 at the end of the file. */
  public static int read(String call, Descriptor file, byte[] data) {
    return (int) checked(call, () -> CALLS.read(file.fd(), data, data.length));
  }

  /** write(2) of all bytes in one call, as files under /proc and /sys want it. */
  public static void write(String call, Descriptor file, byte[] data) {
    long written = checked(call, () -> CALLS.write(file.fd(), data, data.length));
    if (written != data.length) {
      throw new ErrnoException(call + " (" + written + " of " + data.length + " bytes)", Errno.EIO);
    }
  }

  /** The file system's magic number. fstatfs(2), linux/magic.h */
  public static long fileSystemMagic(Descriptor file) {
    byte[] status = new byte[256];
    checked("fstatfs", () -> CALLS.fstatfs(file.fd(), status));
    return ByteBuffer.wrap(status).order(ByteOrder.nativeOrder()).getLong(0);
  }

  /** CLONE_NEWNET for a network namespace. ioctl_ns(2) */
  public static int namespaceType(Descriptor namespace) {
    return (int)
        checked("ioctl NS_GET_NSTYPE", () -> CALLS.ioctl(namespace.fd(), NS_GET_NSTYPE, 0));
  }

  /**
   * Moves the calling OS thread, and no other, into a network namespace. setns(2).
   *
   * @throws ErrnoException EPERM without CAP_SYS_ADMIN, EINVAL if it is no network namespace
   */
  public static void enterNetworkNamespace(Descriptor namespace) {
    checked("enter network namespace", () -> CALLS.setns(namespace.fd(), CLONE_NEWNET));
  }

  /** flock(2); false if LOCK_NB was given and somebody else holds it. */
  public static boolean flock(String call, Descriptor file, int operation) {
    long result = repeated(() -> CALLS.flock(file.fd(), operation));
    if (result == -Errno.EAGAIN && (operation & LOCK_NB) != 0) {
      return false;
    }
    failed(call, result);
    return true;
  }

  /** inotify_init1(2) with IN_NONBLOCK and IN_CLOEXEC. */
  public static Descriptor inotify() {
    int nonBlocking = 0x800;
    return new Descriptor(
        (int) checked("open inotify", () -> CALLS.inotify_init1(nonBlocking | O_CLOEXEC)));
  }

  /** inotify_add_watch(2): the watch's number. */
  public static int inotifyAddWatch(Descriptor inotify, String path, int mask) {
    byte[] name = zeroTerminated(path);
    return (int)
        checked("watch \"" + path + "\"", () -> CALLS.inotify_add_watch(inotify.fd(), name, mask));
  }

  /** inotify_rm_watch(2). */
  public static void inotifyRemoveWatch(Descriptor inotify, int watch) {
    checked("unwatch " + watch, () -> CALLS.inotify_rm_watch(inotify.fd(), watch));
  }

  /** kill(2); negative numbers name a process group. */
  public static void kill(int process, int signal) {
    checked("kill " + process + " with signal " + signal, () -> CALLS.kill(process, signal));
  }

  /** poll(2) for input; whether there is some (or an error to be read) before the time is over. */
  public static boolean pollInput(Descriptor file, Duration time) {
    byte[] entry = new byte[8];
    ByteBuffer.wrap(entry)
        .order(ByteOrder.nativeOrder())
        .putInt(file.fd())
        .putShort((short) POLLIN);
    long millis = Math.min(Math.max(0, time.toNanos() + 999_999) / 1_000_000, Integer.MAX_VALUE);
    long result = CALLS.poll(entry, 1, (int) millis);
    if (result < 0 && RUNTIME.getLastError() != Errno.EINTR) {
      throw new ErrnoException("poll", RUNTIME.getLastError());
    }
    return result > 0;
  }

  static SystemCalls calls() {
    return CALLS;
  }

  /** Runs a call; its result, or the exception for its errno. Repeats it after EINTR. */
  static long checked(String call, LongSupplier invocation) {
    return failed(call, repeated(invocation));
  }

  /** The result, or minus the errno. */
  static long repeated(LongSupplier invocation) {
    while (true) {
      long result = invocation.getAsLong();
      if (result >= 0) {
        return result;
      }
      int errno = RUNTIME.getLastError();
      if (errno != Errno.EINTR) {
        return -errno;
      }
    }
  }

  private static long failed(String call, long result) {
    if (result < 0) {
      throw new ErrnoException(call, (int) -result);
    }
    return result;
  }

  private static byte[] zeroTerminated(String path) {
    if (path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("path with a zero byte");
    }
    return (path + "\0").getBytes(StandardCharsets.UTF_8);
  }

  /** O_DIRECTORY is one of the few flags that differ: arm and powerpc have their own value. */
  private static int directoryFlag() {
    String architecture = System.getProperty("os.arch", "");
    boolean own = architecture.startsWith("aarch64") || architecture.startsWith("ppc");
    return own ? 0x4000 : 0x10000;
  }
}
