package io.myriapod.ipam.lease;

import io.myriapod.ipam.range.RangeSet;
import io.myriapod.ipam.range.RoundRobin;
import io.myriapod.types.IpAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** A lease directory while its lock is held; closing gives the lock back. */
public final class HeldLeases implements AutoCloseable {
  /** A file that names nobody is left alone for this long, lest its writer uses no lock. */
  private static final Duration WRITING = Duration.ofMinutes(1);

  private final Path directory;
  private final IndexKeeper keeper;
  private final LeaseWriter writer;
  private final Clock clock;
  private final Runnable release;

  HeldLeases(Path directory, IndexKeeper keeper, Clock clock, Runnable release) {
    this.directory = directory;
    this.keeper = keeper;
    this.writer = new LeaseWriter(directory);
    this.clock = clock;
    this.release = release;
  }

  /** Leases one given address; false if it is taken. */
  public boolean reserve(InetAddress address, LeaseOwner owner, int rangeIndex) {
    String name = IpAddresses.format(address);
    try {
      if (taken(name)) {
        return false;
      }
      boolean created = writer.create(name, owner);
      keeper.reread(name);
      if (created) {
        writer.noteLast(rangeIndex, name);
      }
      return created;
    } catch (IOException e) {
      free(address, owner);
      throw LeaseErrors.io("write lease %s".formatted(directory.resolve(name)), e);
    }
  }

  /** Leases the next free address of the set; empty, after a scan, if every one is taken. */
  public Optional<InetAddress> reserveNext(RangeSet set, LeaseOwner owner, int rangeIndex) {
    boolean scanned = false;
    while (true) {
      Optional<InetAddress> free = RoundRobin.next(set, last(rangeIndex), occupied(set));
      if (free.isPresent() && reserve(free.get(), owner, rangeIndex)) {
        return free;
      }
      if (free.isEmpty()) {
        if (scanned) {
          return Optional.empty();
        }
        rescan();
        freeAbandoned(lease -> set.contains(lease.address()));
        scanned = true;
      }
    }
  }

  /** Whether the set has no free address, after a scan if it seems so. */
  public boolean isFull(RangeSet set) {
    if (RoundRobin.next(set, Optional.empty(), occupied(set)).isPresent()) {
      return false;
    }
    rescan();
    return RoundRobin.next(set, Optional.empty(), occupied(set)).isEmpty();
  }

  /** Every address whose file the owner can call its own, the id alone included; index alone. */
  public List<InetAddress> claimsOf(LeaseOwner owner) {
    List<InetAddress> claims = new ArrayList<>();
    keeper.index().withText(owner.text()).forEach(file -> claims.add(file.address()));
    keeper.index().withText(owner.legacyText()).forEach(file -> claims.add(file.address()));
    return claims;
  }

  /** As {@link #claimsOf}; scans before it finds nothing. */
  public List<InetAddress> claimsAfterScanOf(LeaseOwner owner) {
    List<InetAddress> claims = claimsOf(owner);
    if (claims.isEmpty()) {
      rescan();
    }
    return claims.isEmpty() ? claimsOf(owner) : claims;
  }

  /** Frees all addresses of that owner; scans before it finds nothing to free. */
  public List<InetAddress> free(LeaseOwner owner) {
    if (keeper.index().of(owner).isEmpty()) {
      rescan();
    }
    return free(keeper.index().of(owner));
  }

  /** Frees this one address if the owner holds it. */
  public void free(InetAddress address, LeaseOwner owner) {
    free(
        keeper.index().withText(owner.text()).stream()
            .filter(file -> file.address().equals(address))
            .toList());
  }

  /**
   * Frees, after a scan, every lease for which this holds: of its address and of the text of its
   * file, which is {@link LeaseOwner#text} or {@link LeaseOwner#legacyText} of whoever holds it.
   *
   * @return what was freed
   */
  public List<InetAddress> freeWhere(BiPredicate<InetAddress, String> dead) {
    rescan();
    List<LeaseFile> found =
        keeper.index().all().stream()
            .filter(file -> file.readable() && !file.abandoned())
            .filter(file -> dead.test(file.address(), file.text()))
            .toList();
    List<InetAddress> freed = new ArrayList<>(free(found));
    freed.addAll(freeAbandoned(lease -> true));
    return freed;
  }

  /** The lease of that address, if it is taken. */
  public Optional<Lease> find(InetAddress address) {
    return keeper.index().find(IpAddresses.format(address)).map(HeldLeases::lease);
  }

  /** The lease of the set that was written first. */
  public Optional<Lease> oldest(RangeSet set) {
    return keeper.index().all().stream()
        .filter(file -> set.contains(file.address()))
        .min(Comparator.comparingLong(LeaseFile::modifiedNanos))
        .map(HeldLeases::lease);
  }

  /** How many addresses are taken in the directory. */
  public int size() {
    return keeper.index().all().size();
  }

  /** Compares the index with the directory. */
  public void rescan() {
    try {
      keeper.rescan();
    } catch (IOException e) {
      throw LeaseErrors.io("scan lease directory %s".formatted(directory), e);
    }
  }

  @Override
  public void close() {
    release.run();
  }

  private static Lease lease(LeaseFile file) {
    Optional<String> holder =
        Optional.of(file.text().replace(LeaseOwner.LINE_BREAK, "/"))
            .filter(text -> !text.isEmpty());
    return new Lease(file.address(), holder, file.modified());
  }

  /** Frees files that name nobody, which their writer left when it died. */
  private List<InetAddress> freeAbandoned(Predicate<LeaseFile> which) {
    Instant before = clock.instant().minus(WRITING);
    return free(
        keeper.index().all().stream()
            .filter(file -> file.abandoned() && file.modified().isBefore(before))
            .filter(which)
            .toList());
  }

  private List<InetAddress> free(List<LeaseFile> files) {
    List<InetAddress> freed = new ArrayList<>();
    for (LeaseFile file : files) {
      try {
        writer.delete(file.name());
        keeper.index().remove(file.name());
        freed.add(file.address());
      } catch (IOException e) {
        throw LeaseErrors.io("delete lease %s".formatted(directory.resolve(file.name())), e);
      }
    }
    return freed;
  }

  private boolean taken(String name) throws IOException {
    if (keeper.index().find(name).isEmpty()) {
      return false;
    }
    keeper.reread(name);
    return keeper.index().find(name).isPresent();
  }

  private Optional<InetAddress> last(int rangeIndex) {
    try {
      return writer.last(rangeIndex);
    } catch (IOException e) {
      return Optional.empty(); // as the reference: the order suffers once, nothing else
    }
  }

  private RoundRobin.Occupancy occupied(RangeSet set) {
    return keeper.index().occupied(set.isV6());
  }
}
