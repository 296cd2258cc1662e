package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.config.CarrierPolicy;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.pool.Holdings.Holder;
import io.myriapod.deviceplugin.pool.Selection.Claim;
import io.myriapod.types.DeviceId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Sorts the devices of the node into pools. A device that a pool offers stays there, ill, while the
 * node uses it or while it has no driver: the kubelet shall learn that it is ill, not that it never
 * was. While a pod holds it, it stays there whatever the selectors say meanwhile: to another
 * resource the kubelet would count it as free.
 *
 * @param ailing what else makes a device useless for pods, in words that follow its name; asked of
 *     it as it will be in a pod
 */
record Stocktaking(
    Selection selection, Holdings holdings, Function<NodeDevice, Optional<String>> ailing) {
  private static final String NO_DRIVER = "has no driver";

  /**
   * @param devices as they are now
   * @param former what was last made of them
   */
  Inventory of(List<NodeDevice> devices, Inventory former) {
    List<Entry> entries = new ArrayList<>();
    Set<DeviceId> present = new HashSet<>();
    for (NodeDevice device : devices) {
      present.add(device.id());
      entries.add(entry(device, former.find(device.id())));
    }
    former.entries().stream()
        .filter(entry -> !present.contains(entry.device().id()))
        .flatMap(this::gone)
        .forEach(entries::add);
    return new Inventory(entries);
  }

  private Entry entry(NodeDevice device, Optional<Entry> former) {
    Optional<Holder> holder = holdings.of(device.id());
    Optional<Claim> before = former.flatMap(Entry::claim).flatMap(this::stillConfigured);
    List<Claim> claims = selection.claims(device);
    Optional<Claim> lent = lent(device);
    if (lent.isPresent()) {
      return offered(device, lent.get(), claims, holder);
    }
    Optional<Claim> giver = holder.flatMap(one -> giver(device).or(() -> before));
    if (giver.isPresent()) {
      return held(device, giver.get(), claims, holder);
    }
    if (holder.isPresent() && former.isPresent()) {
      return notOurs(device, holder.get());
    }
    return claims.isEmpty()
        ? unwanted(device, before, holder)
        : wanted(device, before, claims, holder);
  }

  /** The pool that gave it to a container last. */
  private Optional<Claim> giver(NodeDevice device) {
    return Optional.ofNullable(holdings.givenBy().get(device.id())).flatMap(selection::anyOf);
  }

  /** A pool gave it the driver by which its own selectors do not know it any more. */
  private Optional<Claim> lent(NodeDevice device) {
    return giver(device)
        .filter(giver -> giver.pool().driver().isPresent())
        .filter(giver -> giver.pool().driver().equals(device.driver()))
        .flatMap(giver -> of(giver.resource(), selection.possibleClaimsOfAnyDriver(device)));
  }

  private Entry held(NodeDevice device, Claim giver, List<Claim> claims, Optional<Holder> holder) {
    return of(giver.resource(), claims)
        .or(() -> of(giver.resource(), selection.possibleClaims(device)))
        .map(claim -> offered(device, claim, claims, holder))
        .orElseGet(
            () -> {
              Optional<String> illness =
                  illness(device, giver.pool(), holder).or(() -> Optional.of(changed(device)));
              return new Entry(device, Optional.of(giver), List.of(), illness, holder);
            });
  }

  /** The kubelet does not know of its pod, at least not under a resource that is served now. */
  private static Entry notOurs(NodeDevice device, Holder holder) {
    String obstacle =
        holder
            .quarantine()
            .map(Stocktaking::unclean)
            .orElseGet(
                () -> "is held by %s, which got it from none of the pools".formatted(holder.who()));
    return new Entry(
        device, Optional.empty(), List.of(), Optional.of(obstacle), Optional.of(holder));
  }

  private Entry wanted(
      NodeDevice device, Optional<Claim> before, List<Claim> claims, Optional<Holder> holder) {
    Optional<String> obstacle =
        replaced(device).or(() -> device.usedByNode().filter(use -> before.isEmpty()));
    return obstacle.isPresent()
        ? new Entry(device, Optional.empty(), List.of(), obstacle, holder)
        : offered(device, claims.get(0), claims, holder);
  }

  private Entry unwanted(NodeDevice device, Optional<Claim> before, Optional<Holder> holder) {
    List<Claim> possible = device.driver().isEmpty() ? selection.possibleClaims(device) : List.of();
    Optional<Claim> stays = before.flatMap(claim -> of(claim.resource(), possible));
    Optional<String> obstacle = possible.isEmpty() ? Optional.empty() : Optional.of(NO_DRIVER);
    return new Entry(device, stays, List.of(), obstacle, holder);
  }

  private static Optional<Claim> of(ResourceName resource, List<Claim> claims) {
    return claims.stream().filter(claim -> claim.resource().equals(resource)).findFirst();
  }

  private Entry offered(
      NodeDevice device, Claim claim, List<Claim> claims, Optional<Holder> holder) {
    List<ResourceName> others =
        of(claim.resource(), claims).isEmpty()
            ? List.of()
            : claims.stream()
                .map(Claim::resource)
                .filter(other -> !other.equals(claim.resource()))
                .toList();
    return new Entry(
        device, Optional.of(claim), others, illness(device, claim.pool(), holder), holder);
  }

  private static String changed(NodeDevice device) {
    return device
        .driver()
        .map("is not what its pool selects any more; its driver is \"%s\""::formatted)
        .orElse(NO_DRIVER);
  }

  private Optional<Claim> stillConfigured(Claim claim) {
    return selection.pools().stream()
        .filter(pool -> pool.resource().equals(claim.resource()))
        .map(pool -> new Claim(pool, claim.selector()))
        .findFirst();
  }

  /** A device that has vanished stays as long as a pod holds it. */
  private Stream<Entry> gone(Entry entry) {
    Optional<Holder> holder = holdings.of(entry.device().id());
    return entry.claim().flatMap(this::stillConfigured).stream()
        .filter(claim -> holder.isPresent())
        .map(
            claim ->
                new Entry(
                    entry.device(),
                    Optional.of(claim),
                    List.of(),
                    Optional.of("is not there any more"),
                    holder));
  }

  private Optional<String> illness(NodeDevice device, PoolConfig pool, Optional<Holder> holder) {
    return noDriver(device, pool)
        .or(device::usedByNode)
        .or(() -> replaced(device))
        .or(() -> holder.flatMap(Holder::quarantine).map(Stocktaking::unclean))
        .or(() -> carrier(device, pool.carrier()))
        .or(() -> ailing.apply(pool.driver().map(device::withDriver).orElse(device)));
  }

  private static Optional<String> noDriver(NodeDevice device, PoolConfig pool) {
    return device.driver().isEmpty() && pool.driver().isEmpty()
        ? Optional.of(NO_DRIVER)
        : Optional.empty();
  }

  /** What it is divided into takes its place. */
  private static Optional<String> replaced(NodeDevice device) {
    return parts(device.virtualFunctions(), "virtual function")
        .or(() -> parts(device.subFunctions(), "sub-function"));
  }

  private static Optional<String> parts(int number, String what) {
    return number == 0
        ? Optional.empty()
        : Optional.of(
            number == 1
                ? "has a %s, which is offered in its place".formatted(what)
                : "has %d %ss, which are offered in its place".formatted(number, what));
  }

  private static String unclean(String reason) {
    return "could not be cleaned: " + reason;
  }

  private static Optional<String> carrier(NodeDevice device, CarrierPolicy policy) {
    return switch (policy) {
      case IGNORE -> Optional.empty();
      case PF ->
          device.physical().isPresent()
              ? down(device.physical().get().carrier(), "its physical function")
              : down(device.carrier(), "its interface");
      case DEVICE -> down(device.carrier(), "its interface");
    };
  }

  private static Optional<String> down(Optional<Boolean> carrier, String what) {
    return carrier.filter(up -> !up).map(down -> "has no carrier: %s is down".formatted(what));
  }
}
