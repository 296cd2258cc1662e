package io.myriapod.linux.libc;

/**
 * A system call or netlink request that the kernel refused. The message is attempt, errno and, if
 * there is one, the kernel's own words: {@code create macvlan "net1" on "ens1f0": EBUSY; kernel:
 * "Device is already in use"}.
 */
public final class ErrnoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String kernelText;

  /**
   * @param call what was tried, with its subject: {@code delete link "net1"}
   * @param errno positive, as in errno(3)
   * @param kernelText netlink's extended acknowledgement; empty if the kernel gave none
   */
  public ErrnoException(String call, int errno, String kernelText) {
    super(
        call
            + ": "
            + Errno.name(errno)
            + (kernelText.isEmpty() ? "" : "; kernel: \"" + kernelText + "\""));
    this.errno = errno;
    this.kernelText = kernelText;
  }

  /** A refusal without words. */
  public ErrnoException(String call, int errno) {
    this(call, errno, "");
  }

  public int errno() {
    return errno;
  }

  /** The extended acknowledgement's text, or empty. */
  public String kernelText() {
    return kernelText;
  }

  /** Whether it is this one of {@link Errno}. */
  public boolean is(int errno) {
    return this.errno == errno;
  }
}
