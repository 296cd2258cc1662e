package io.myriapod.deviceplugin.pool;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.deviceplugin.pool.Holdings.Holder;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.types.DeviceId;
import io.myriapod.vfio.Loan;
import io.myriapod.vfio.use.DeviceUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads from the journal's records who has which device. */
public final class JournalHoldings {
  private JournalHoldings() {}

  /**
   * @param bootId of the machine now: what an earlier boot gave away nobody has any more
   */
  public static Holdings of(
      List<AttachmentRecord> attachments, List<DeviceRecord> devices, String bootId) {
    Map<DeviceId, Holder> holders = new HashMap<>();
    for (AttachmentRecord record : attachments) {
      if (record.bootId().equals(bootId)) {
        Holder holder = new Holder(DeviceUse.who(record), record.quarantine());
        record
            .fact(AttachmentRecord.LENT)
            .ifPresent(lent -> lent.forEach(each -> put(each, holder, holders)));
        record.fact(AttachmentRecord.DEVICE).ifPresent(device -> put(device, holder, holders));
      }
    }
    Map<DeviceId, String> lenders = new HashMap<>();
    for (DeviceRecord record : devices) {
      if (record.bootId().equals(bootId)) {
        Loan.of(record)
            .ifPresent(loan -> lenders.put(new DeviceId(record.device().value()), loan.resource()));
      }
    }
    return new Holdings(holders, lenders);
  }

  /** One that could not be cleaned counts more than one that is in order. */
  private static void put(JsonNode text, Holder holder, Map<DeviceId, Holder> holders) {
    DeviceId.of(text.asText())
        .ifPresent(
            id ->
                holders.merge(
                    id, holder, (one, other) -> one.quarantine().isPresent() ? one : other));
  }
}
