package io.myriapod.base.masquerade;

import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.journal.PendingInverse;
import io.myriapod.linux.Node;
import io.myriapod.types.IpPrefix;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The addresses whose traffic leaves the node under the node's own address. One for each node: it
 * puts all changes of the table in a row.
 */
public final class Masquerade {
  /** The kind of the inverse that takes an attachment's addresses out of the table again. */
  public static final String INVERSE_KIND = MasqueradedAddresses.KIND;

  private final Journal journal;
  private final Nft nft;
  private final Lock table = new ReentrantLock();
  private volatile boolean rehearsed;
  private boolean absent; // guarded by table: this process knows that there is no table

  /** With the {@code nft} found on the path. */
  public Masquerade(Node node, Journal journal) {
    this(node, journal, Nft.find());
  }

  /** With this {@code nft}; empty means that the node has none. */
  public Masquerade(Node node, Journal journal, Optional<Path> program) {
    this.journal = journal;
    this.nft = new Nft(node, program);
  }

  /**
   * Has the kernel rehearse the table, the first time and after every failure.
   *
   * @throws io.myriapod.cni.error.CniException 105 if nft is not there or the kernel refuses
   */
  public void requireUsable() {
    if (rehearsed && !nft.isMissing()) {
      return;
    }
    Nft.Answer answer = nft.rehearse(NftScript.projection(List.of()));
    if (!answer.accepted()) {
      throw NftRefusal.of("nft says: " + answer.inOneLine());
    }
    rehearsed = true;
  }

  /** The inverse of {@link #add}, to be recorded before it. */
  public static Inverse inverseOf(List<IpPrefix> addresses) {
    return new MasqueradedAddresses(addresses).toInverse();
  }

  /**
   * Translates these addresses from now on, save towards their own subnets and multicast. Makes the
   * table, or makes it whole again, where that is needed.
   *
   * @throws io.myriapod.cni.error.CniException 105 if the kernel refuses
   */
  public void add(List<IpPrefix> addresses) {
    table.lock();
    try {
      absent = false;
      Set<IpPrefix> all = held(record -> true);
      all.addAll(addresses);
      boolean alone = addresses.containsAll(all);
      if (!(alone ? create(addresses) : join(addresses))) {
        project(all);
      }
    } finally {
      table.unlock();
    }
  }

  private boolean create(List<IpPrefix> addresses) {
    return nft.apply(NftScript.creation(addresses)).accepted();
  }

  private boolean join(List<IpPrefix> addresses) {
    Nft.Answer answer = nft.apply(NftScript.addition(addresses));
    return answer.accepted() && NftScript.isWhole(answer.text());
  }

  /** What is missing of these addresses in the table; empty if all is there. */
  public Optional<String> missing(List<IpPrefix> addresses) {
    Nft.Answer answer = nft.apply(NftScript.question(addresses));
    if (!answer.accepted()) {
      return Optional.of(answer.inOneLine());
    }
    return NftScript.isWhole(answer.text())
        ? Optional.empty()
        : Optional.of("chain postrouting of table inet myriapod lacks its rules");
  }

  /**
   * Writes the table anew from the journal: after {@code nft flush ruleset} by somebody else, or to
   * be rid of what no attachment holds. Without any holder there is no table, and once that is so
   * nothing is done; a node without nft has none.
   */
  public void restore() {
    table.lock();
    try {
      Set<IpPrefix> all = held(record -> true);
      if (!all.isEmpty() || !(absent || nft.isMissing())) {
        project(all);
        absent = all.isEmpty();
      }
    } finally {
      table.unlock();
    }
  }

  /** How to undo inverses of kind {@link #INVERSE_KIND}; the last holder takes the table along. */
  public InverseHandler inverseHandler() {
    return this::undo;
  }

  private Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    table.lock();
    try {
      remove(batch);
      return Map.of();
    } finally {
      table.unlock();
    }
  }

  private void remove(List<PendingInverse> batch) {
    Set<AttachmentKey> leaving =
        batch.stream().map(pending -> pending.record().key()).collect(Collectors.toSet());
    Predicate<AttachmentRecord> staying = record -> !leaving.contains(record.key());
    Set<IpPrefix> stay = held(staying);
    Set<IpPrefix> leave = new HashSet<>();
    batch.forEach(
        pending -> leave.addAll(MasqueradedAddresses.from(pending.inverse()).addresses()));
    leave.removeIf(one -> stay.stream().anyMatch(o -> o.address().equals(one.address())));
    if (leave.isEmpty()) {
      return;
    }
    if (stay.isEmpty() || !nft.apply(NftScript.subtraction(leave)).accepted()) {
      project(stay);
    }
  }

  private void project(Set<IpPrefix> addresses) {
    Nft.Answer answer =
        nft.apply(addresses.isEmpty() ? NftScript.removal() : NftScript.projection(addresses));
    if (!answer.accepted()) {
      rehearsed = false;
      throw NftRefusal.of("write table inet myriapod: " + answer.inOneLine());
    }
  }

  private Set<IpPrefix> held(Predicate<AttachmentRecord> which) {
    return journal.all().stream()
        .filter(which)
        .filter(record -> record.bootId().equals(journal.bootId()))
        .flatMap(record -> record.inverses().stream())
        .filter(inverse -> inverse.kind().equals(INVERSE_KIND))
        .flatMap(inverse -> MasqueradedAddresses.from(inverse).addresses().stream())
        .collect(Collectors.toCollection(HashSet::new));
  }
}
