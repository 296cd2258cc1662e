package io.myriapod.agent.service;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Optional;
import javax.management.NotificationEmitter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the garbage of long operations collected before the heap grows for it. The serial collector
 * lets the old generation grow up to its limit first, which is meant for what is rare, and knows no
 * softer one; docs/performance.md has what this saves and costs.
 */
final class EarlyCollection {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyCollection.class);
  private static final long MIB = 1 << 20;

  /** From here on it is worth the pause of a collection. */
  static final long FIRST = 16 * MIB;

  private EarlyCollection() {}

  /** Begins; for as long as the process lives. Nothing with a collector of another kind. */
  static void begin() {
    oldGeneration().ifPresent(EarlyCollection::watch);
  }

  private static Optional<MemoryPoolMXBean> oldGeneration() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getName().equals("Tenured Gen"))
        .filter(MemoryPoolMXBean::isUsageThresholdSupported)
        .findFirst();
  }

  private static void watch(MemoryPoolMXBean pool) {
    pool.setUsageThreshold(threshold(0, pool.getUsage().getMax()));
    ((NotificationEmitter) ManagementFactory.getMemoryMXBean())
        .addNotificationListener(
            (notification, pools) -> collect(pool),
            notification ->
                notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED),
            null);
  }

  private static void collect(MemoryPoolMXBean pool) {
    long before = pool.getUsage().getUsed();
    System.gc();
    long alive = pool.getUsage().getUsed();
    pool.setUsageThreshold(threshold(alive, pool.getUsage().getMax()));
    LOG.debug("of {} MiB in the old generation {} are in use", before / MIB, alive / MIB);
  }

  /** A fifth may be garbage: what a collection costs is in proportion to what is alive. */
  static long threshold(long alive, long limit) {
    long wanted = Math.max(FIRST, alive / 4 * 5);
    return limit < 0 ? wanted : Math.min(wanted, limit);
  }
}
