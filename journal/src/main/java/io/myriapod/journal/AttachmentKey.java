package io.myriapod.journal;

import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;

/** What names an attachment: one interface of one container. At most one record per key. */
public record AttachmentKey(ContainerId container, InterfaceName interfaceName)
    implements RecordKey {
  @Override
  public String toString() {
    return container + "/" + interfaceName;
  }
}
