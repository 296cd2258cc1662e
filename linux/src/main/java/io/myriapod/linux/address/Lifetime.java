package io.myriapod.linux.address;

/**
 * How long an address is good for, from now. ifa_cacheinfo in linux/if_addr.h
 *
 * @param preferredSeconds after that deprecated; {@link #FOREVER} for no end
 * @param validSeconds after that removed; at least as many as preferred
 */
public record Lifetime(long preferredSeconds, long validSeconds) {
  /** No end. */
  public static final long FOREVER = 0xffffffffL;

  public Lifetime {
    if (preferredSeconds < 0 || validSeconds > FOREVER || preferredSeconds > validSeconds) {
      throw new IllegalArgumentException(
          "address lifetime of %d preferred and %d valid seconds: want 0 <= preferred <= valid <= %d"
              .formatted(preferredSeconds, validSeconds, FOREVER));
    }
  }
}
