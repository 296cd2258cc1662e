package io.myriapod.ipam.lease;

import io.myriapod.ipam.range.AddressOrder;
import io.myriapod.ipam.range.OccupiedRuns;
import io.myriapod.ipam.range.RoundRobin;
import io.myriapod.types.IpAddresses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The leases of one directory in memory, found by name, by owner and by gap. Not thread-safe. */
final class LeaseIndex {
  private final Map<String, LeaseFile> byName = new HashMap<>();
  private final Map<String, Set<String>> namesByText = new HashMap<>();
  private final OccupiedRuns v4 = new OccupiedRuns();
  private final OccupiedRuns v6 = new OccupiedRuns();

  void put(LeaseFile file) {
    remove(file.name());
    byName.put(file.name(), file);
    namesByText.computeIfAbsent(file.text(), text -> new TreeSet<>()).add(file.name());
    if (file.canonical()) {
      runs(file).add(AddressOrder.number(file.address()));
    }
  }

  void remove(String name) {
    LeaseFile file = byName.remove(name);
    if (file == null) {
      return;
    }
    Set<String> names = namesByText.get(file.text());
    names.remove(name);
    if (names.isEmpty()) {
      namesByText.remove(file.text());
    }
    if (file.canonical()) {
      runs(file).remove(AddressOrder.number(file.address()));
    }
  }

  Optional<LeaseFile> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Files with exactly that text, by name. */
  List<LeaseFile> withText(String text) {
    List<LeaseFile> files = new ArrayList<>();
    namesByText.getOrDefault(text, Set.of()).forEach(name -> files.add(byName.get(name)));
    return files;
  }

  /** Files of that owner; those of old versions, with the id alone, only if there are no others. */
  List<LeaseFile> of(LeaseOwner owner) {
    List<LeaseFile> files = withText(owner.text());
    return files.isEmpty() ? withText(owner.legacyText()) : files;
  }

  Collection<LeaseFile> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  RoundRobin.Occupancy occupied(boolean isV6) {
    return isV6 ? v6 : v4;
  }

  private OccupiedRuns runs(LeaseFile file) {
    return IpAddresses.isV6(file.address()) ? v6 : v4;
  }
}
