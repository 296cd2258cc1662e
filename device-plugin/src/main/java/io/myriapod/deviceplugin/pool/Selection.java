package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.DeviceType;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.config.Selector;
import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.linux.pci.PciIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The pools of a configuration, and which of them want a device. */
public final class Selection {
  private static final String NOTHING = "nothing";

  private final List<Wish> wishes = new ArrayList<>();
  private final List<PoolConfig> pools;

  public Selection(List<PoolConfig> pools, DeviceTraits traits) {
    this.pools = List.copyOf(pools);
    for (PoolConfig pool : pools) {
      List<Selector> selectors =
          pool.selectors().isEmpty() ? List.of(Selector.ALL) : pool.selectors();
      for (int i = 0; i < selectors.size(); i++) {
        Selector selector = selectors.get(i);
        wishes.add(new Wish(pool, i, selector, Criterion.of(pool, selector, traits)));
      }
    }
  }

  private record Wish(PoolConfig pool, int index, Selector selector, List<Criterion> criteria) {
    boolean allows(NodeDevice device) {
      return isOfType(device, pool.type())
          && criteria.stream().allMatch(one -> one.test().test(device));
    }

    /** Whether no key denies it, as far as what is not known now may be as wanted. */
    boolean mayAllow(NodeDevice device, Predicate<Criterion> asked) {
      return isOfType(device, pool.type())
          && criteria.stream().filter(asked).noneMatch(one -> one.denies(device));
    }

    Claim claim() {
      return new Claim(pool, selector);
    }
  }

  /** A pool that wants a device, by that selector. */
  public record Claim(PoolConfig pool, Selector selector) {
    ResourceName resource() {
      return pool.resource();
    }
  }

  /**
   * How one selector judges a device.
   *
   * @param index of the selector in its pool
   * @param keys in the order in which they are asked; empty if it is of another type than the
   *     pool's devices
   */
  public record Verdict(PoolConfig pool, int index, boolean isOfType, List<KeyVerdict> keys) {
    public Verdict {
      keys = List.copyOf(keys);
    }

    public boolean allows() {
      return isOfType && keys.stream().allMatch(KeyVerdict::allows);
    }
  }

  /** How one key judges it. */
  public record KeyVerdict(String key, String wanted, String got, boolean allows) {}

  public List<PoolConfig> pools() {
    return pools;
  }

  /** Each pool that wants it, in the order of the configuration: the first one gets it. */
  public List<Claim> claims(NodeDevice device) {
    return claims(wish -> wish.allows(device));
  }

  /**
   * Those that want it as far as it is known. A device without driver has no RDMA device, and one
   * in a pod has no interface on the node: what cannot be told counts for it.
   */
  public List<Claim> possibleClaims(NodeDevice device) {
    return claims(wish -> wish.mayAllow(device, any -> true));
  }

  /** The same, whatever its driver is. */
  List<Claim> possibleClaimsOfAnyDriver(NodeDevice device) {
    return claims(wish -> wish.mayAllow(device, one -> !one.isAboutDrivers()));
  }

  /** The pool of that resource, by its first selector; absent if there is none. */
  Optional<Claim> anyOf(String resource) {
    return wishes.stream()
        .map(Wish::claim)
        .filter(claim -> claim.resource().toString().equals(resource))
        .findFirst();
  }

  private List<Claim> claims(Predicate<Wish> judge) {
    List<Claim> claims = new ArrayList<>();
    for (Wish wish : wishes) {
      ResourceName resource = wish.pool().resource();
      boolean known = claims.stream().anyMatch(claim -> claim.resource().equals(resource));
      if (!known && judge.test(wish)) {
        claims.add(wish.claim());
      }
    }
    return claims;
  }

  /** What every selector of every pool says of it, key by key. */
  public List<Verdict> verdicts(NodeDevice device) {
    return wishes.stream().map(wish -> verdict(wish, device)).toList();
  }

  private static Verdict verdict(Wish wish, NodeDevice device) {
    boolean ofType = isOfType(device, wish.pool().type());
    List<KeyVerdict> keys =
        wish.criteria().stream().filter(one -> ofType).map(one -> verdict(one, device)).toList();
    return new Verdict(wish.pool(), wish.index(), ofType, keys);
  }

  private static KeyVerdict verdict(Criterion one, NodeDevice device) {
    String got = one.got().apply(device).orElse(NOTHING);
    return new KeyVerdict(one.key(), one.wanted(), got, one.test().test(device));
  }

  private static boolean isOfType(NodeDevice device, DeviceType type) {
    return switch (type) {
      case NET_DEVICE ->
          !device.isAuxiliary() && device.baseClass() == PciIdentity.NETWORK_CONTROLLER;
      case ACCELERATOR ->
          !device.isAuxiliary() && device.baseClass() == PciIdentity.PROCESSING_ACCELERATOR;
      case AUX_NET_DEVICE -> device.isAuxiliary();
    };
  }
}
