package io.myriapod.ipam.link;

import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.namespace.NamespaceEvent;
import io.myriapod.linux.namespace.NamespaceWatch;
import io.myriapod.types.IpPrefix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Follows the duplicate detection of some addresses of one link by what the kernel tells. */
final class DadProgress {
  private final int linkIndex;
  private final Set<IpPrefix> pending;
  private final List<IpPrefix> duplicates = new ArrayList<>();

  DadProgress(int linkIndex, List<IpPrefix> addresses) {
    this.linkIndex = linkIndex;
    this.pending = new HashSet<>(addresses.stream().filter(IpPrefix::isV6).toList());
  }

  /** Whether the outcome is known of every address. */
  boolean isSettled() {
    return pending.isEmpty();
  }

  /** Addresses of which nothing is known yet. */
  Set<IpPrefix> pending() {
    return Set.copyOf(pending);
  }

  /** Addresses that somebody else has. */
  List<IpPrefix> duplicates() {
    return List.copyOf(duplicates);
  }

  /** Takes addresses as they are now. */
  void look(List<LinkAddress> addresses) {
    addresses.forEach(this::look);
  }

  private void look(LinkAddress address) {
    if (address.linkIndex() != linkIndex || !pending.contains(address.prefix())) {
      return;
    }
    if (address.has(AddressFlag.DAD_FAILED)) {
      duplicates.add(address.prefix());
      pending.remove(address.prefix());
    } else if (!address.has(AddressFlag.TENTATIVE)) {
      pending.remove(address.prefix());
    }
  }

  /**
   * Waits until all is known, the link is gone or the time is over.
   *
   * @param anew asked when the kernel had to drop events
   */
  void await(NamespaceWatch watch, Duration patience, Supplier<List<LinkAddress>> anew) {
    long start = System.nanoTime();
    Duration left = patience;
    while (!isSettled() && !left.isNegative()) {
      Optional<NamespaceEvent> event = watch.next(left);
      if (event.isEmpty()) {
        return;
      }
      take(event.get(), anew);
      left = patience.minusNanos(System.nanoTime() - start);
    }
  }

  private void take(NamespaceEvent event, Supplier<List<LinkAddress>> anew) {
    if (event instanceof NamespaceEvent.AddressChanged changed) {
      look(changed.address());
    } else if (event instanceof NamespaceEvent.AddressGone gone) {
      if (gone.address().linkIndex() == linkIndex) {
        pending.remove(gone.address().prefix());
      }
    } else if (event instanceof NamespaceEvent.Missed) {
      look(anew.get());
    }
  }
}
