package io.myriapod.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.PciAddress;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A change of a device while it is being made. For try-with-resources: leaving without {@link
 * #done} runs the inverse.
 */
public final class OpenDevice implements AutoCloseable {
  private final DeviceRecords records;
  private final PciAddress device;
  private Optional<String> failure = Optional.empty();
  private boolean closed;

  OpenDevice(DeviceRecords records, PciAddress device) {
    this.records = records;
    this.device = device;
  }

  /** Tells listeners that a part of the change was made. */
  public void progress(String step) {
    records.progress(device, step);
  }

  /**
   * The change is made. Without facts nothing is left to be known of the device, and the record
   * ends.
   *
   * @throws JournalException if it cannot be written; {@link #close()} will undo
   */
  public void done(ObjectNode facts) {
    done(known -> facts);
  }

  /**
   * The same with facts that are made of those that are known by then.
   *
   * @throws JournalUnwritableException as above
   */
  public void done(UnaryOperator<ObjectNode> facts) {
    records.done(device, facts);
    closed = true;
    records.closed(device);
  }

  /** Runs the inverse now; why it failed, if it did. */
  public Optional<String> undo() {
    if (!closed) {
      closed = true;
      try {
        failure = records.undo(device);
      } finally {
        records.closed(device);
      }
    }
    return failure;
  }

  /** Without {@link #done} runs the inverse. Never throws; a second call does nothing. */
  @Override
  public void close() {
    undo();
  }
}
