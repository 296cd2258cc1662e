package io.myriapod.journal;

import io.myriapod.types.ContainerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** The live records in memory. One thread at a time changes it; any number may read meanwhile. */
final class RecordTable {
  private final ConcurrentSkipListMap<Long, AttachmentRecord> records =
      new ConcurrentSkipListMap<>();
  private final Map<AttachmentKey, Long> byKey = new ConcurrentHashMap<>();
  private final Map<ContainerId, List<Long>> byContainer = new ConcurrentHashMap<>();

  Optional<AttachmentRecord> find(long sequence) {
    return Optional.ofNullable(records.get(sequence));
  }

  Optional<AttachmentRecord> find(AttachmentKey key) {
    return Optional.ofNullable(byKey.get(key)).flatMap(this::find);
  }

  /** Oldest first. */
  List<AttachmentRecord> ofContainer(ContainerId container) {
    return byContainer.getOrDefault(container, List.of()).stream()
        .flatMap(sequence -> find(sequence).stream())
        .toList();
  }

  /** Oldest first. */
  List<AttachmentRecord> all() {
    return List.copyOf(records.values());
  }

  void put(AttachmentRecord record) {
    if (records.put(record.sequence(), record) == null) {
      byKey.merge(record.key(), record.sequence(), Math::max);
      byContainer.merge(record.key().container(), List.of(record.sequence()), RecordTable::sorted);
    }
  }

  void change(long sequence, UnaryOperator<AttachmentRecord> change) {
    records.computeIfPresent(sequence, (same, record) -> change.apply(record));
  }

  void remove(long sequence) {
    AttachmentRecord gone = records.remove(sequence);
    if (gone != null) {
      byKey.remove(gone.key(), sequence);
      byContainer.computeIfPresent(
          gone.key().container(), (container, sequences) -> without(sequences, sequence));
    }
  }

  private static List<Long> sorted(List<Long> some, List<Long> more) {
    List<Long> all = new ArrayList<>(some);
    all.addAll(more);
    all.sort(null);
    return List.copyOf(all);
  }

  private static List<Long> without(List<Long> sequences, long gone) {
    List<Long> left = sequences.stream().filter(sequence -> sequence != gone).toList();
    return left.isEmpty() ? null : left;
  }
}
