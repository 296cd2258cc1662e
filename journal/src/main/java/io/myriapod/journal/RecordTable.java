package io.myriapod.journal;

import io.myriapod.types.ContainerId;
import io.myriapod.types.PciAddress;
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
  private final Map<ContainerId, List<Long>> byContainer = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<PciAddress, DeviceRecord> devices =
      new ConcurrentSkipListMap<>();

  Optional<AttachmentRecord> find(long sequence) {
    return Optional.ofNullable(records.get(sequence));
  }

  /** The attachment itself, no part of it; the youngest, if the disk has lost the end of others. */
  Optional<AttachmentRecord> find(AttachmentKey key) {
    return ofAttachment(key).stream()
        .filter(record -> record.part().isEmpty())
        .reduce((older, younger) -> younger);
  }

  /** An attachment and its parts, oldest first. */
  List<AttachmentRecord> ofAttachment(AttachmentKey key) {
    return ofContainer(key.container()).stream()
        .filter(record -> record.key().equals(key))
        .toList();
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

  Optional<DeviceRecord> device(PciAddress device) {
    return Optional.ofNullable(devices.get(device));
  }

  /** By address. */
  List<DeviceRecord> devices() {
    return List.copyOf(devices.values());
  }

  void put(DeviceRecord record) {
    devices.put(record.device(), record);
  }

  void remove(PciAddress device) {
    devices.remove(device);
  }

  void put(AttachmentRecord record) {
    if (records.put(record.sequence(), record) == null) {
      byContainer.merge(record.key().container(), List.of(record.sequence()), RecordTable::sorted);
    }
  }

  void change(long sequence, UnaryOperator<AttachmentRecord> change) {
    records.computeIfPresent(sequence, (same, record) -> change.apply(record));
  }

  void remove(long sequence) {
    AttachmentRecord gone = records.remove(sequence);
    if (gone != null) {
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
