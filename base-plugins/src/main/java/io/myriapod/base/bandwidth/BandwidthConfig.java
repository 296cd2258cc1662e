package io.myriapod.base.bandwidth;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.linux.traffic.TokenBucket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits that a configuration sets, or else the capability {@code bandwidth}: one key of the
 * configuration's own is enough for the capability to have no effect, as with the reference plugin.
 *
 * @param ingress of what the pod receives
 * @param egress of what the pod sends
 */
record BandwidthConfig(Optional<TokenBucket> ingress, Optional<TokenBucket> egress) {
  private static final Logger LOG = LoggerFactory.getLogger(BandwidthConfig.class);

  private static final List<String> KEYS =
      List.of("ingressRate", "ingressBurst", "egressRate", "egressBurst");

  private static final Duration LATENCY = Duration.ofMillis(25);
  private static final int BITS = 8;

  /** 1 Pbit/s, the most that kubelet allows. */
  private static final long MAX_RATE = 1_000_000_000_000_000L;

  /** The kernel counts in bytes, with 32 bits; the reference plugin ends one byte before. */
  private static final long MAX_BURST_BYTES = 0xffff_fffeL;

  private static final long MAX_BURST = MAX_BURST_BYTES * BITS + BITS - 1;

  /** Reads all keys and touches nothing. Throws CniException 7 that names key, value, allowed. */
  static BandwidthConfig parse(NetworkConfig config) {
    Optional<BandwidthConfig> granted = granted(config).map(BandwidthConfig::of);
    return setsItsOwn(config) ? of(config.root()) : granted.orElseGet(BandwidthConfig::nothing);
  }

  /** Warns of a capability that the configuration's own keys make idle. */
  static void report(NetworkConfig config) {
    if (setsItsOwn(config) && granted(config).isPresent()) {
      LOG.warn(
          "{}: runtimeConfig.bandwidth has no effect: the configuration sets limits itself",
          config);
    }
  }

  private static BandwidthConfig nothing() {
    return new BandwidthConfig(Optional.empty(), Optional.empty());
  }

  private static Optional<ConfigObject> granted(NetworkConfig config) {
    return config.runtimeConfig().object("bandwidth");
  }

  private static boolean setsItsOwn(NetworkConfig config) {
    return KEYS.stream().filter(config.root()::has).count() > 0; // counts all: each is asked for
  }

  private static BandwidthConfig of(ConfigObject object) {
    return new BandwidthConfig(
        limit(object, "ingressRate", "ingressBurst"), limit(object, "egressRate", "egressBurst"));
  }

  private static Optional<TokenBucket> limit(ConfigObject object, String rateKey, String burstKey) {
    long rate = object.number(rateKey, 0, MAX_RATE).orElse(0L);
    long burst = object.number(burstKey, 0, MAX_BURST).orElse(0L);
    if (rate == 0 && burst == 0) {
      return Optional.empty();
    }
    requireBesideOther(object, rateKey, rate, burstKey);
    requireBesideOther(object, burstKey, burst, rateKey);
    TokenBucket bucket = bucket(rate, burst / BITS);
    if (bucket.largestPacket() == 0) {
      throw object.invalid(
          burstKey,
          Long.toString(burst),
          "at least %d bits, less than which the kernel does not count at that rate"
              .formatted(leastBurst(rate)));
    }
    return Optional.of(bucket);
  }

  private static void requireBesideOther(
      ConfigObject object, String key, long value, String otherKey) {
    if (!object.has(key)) {
      throw object.missing(key, "a number of bits beside \"%s\"".formatted(otherKey));
    }
    if (value < BITS) {
      throw object.invalid(
          key, Long.toString(value), "at least %d beside \"%s\"".formatted(BITS, otherKey));
    }
  }

  private static TokenBucket bucket(long rate, long burstBytes) {
    return TokenBucket.of(rate / BITS, burstBytes, LATENCY);
  }

  /** In bits. */
  private static long leastBurst(long rate) {
    long tooLittle = 0;
    long enough = MAX_BURST_BYTES;
    while (enough - tooLittle > 1) {
      long between = (enough + tooLittle) / 2;
      if (bucket(rate, between).largestPacket() == 0) {
        tooLittle = between;
      } else {
        enough = between;
      }
    }
    return enough * BITS;
  }

  /** Whether no limit is set: then there is nothing to do. */
  boolean isNothing() {
    return ingress.isEmpty() && egress.isEmpty();
  }
}
