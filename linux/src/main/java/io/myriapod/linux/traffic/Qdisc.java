package io.myriapod.linux.traffic;

/**
 * A queueing discipline as the kernel showed it.
 *
 * @param handle major and minor number in one, {@code 0x00010000} for {@code 1:}; 0 for one that
 *     the kernel put there by itself
 */
public record Qdisc(String kind, int handle, Details details) {

  /** What only one kind has. */
  public sealed interface Details {}

  /** A token bucket filter. */
  public record Tbf(TokenBucket bucket) implements Details {}

  /** A kind whose parameters do not matter here. */
  public record Plain() implements Details {}

  public boolean isKind(String kind) {
    return this.kind.equals(kind);
  }

  /** Whether it is the kernel's own choice, which gives way to any other. */
  public boolean isDefault() {
    return handle == 0;
  }

  /** The handle as {@code tc} writes it: {@code 1:}. */
  public String shownHandle() {
    int minor = handle & 0xffff;
    return Integer.toHexString(handle >>> 16)
        + ":"
        + (minor == 0 ? "" : Integer.toHexString(minor));
  }
}
