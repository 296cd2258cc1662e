package io.myriapod.ipam.hostlocal;

import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.util.Optional;

/**
 * Which attachments somebody else keeps a record of, and will free. Asked while a lease directory
 * is locked, so that it knows every attachment whose lease is seen: a record is made before a lease
 * is.
 */
@FunctionalInterface
public interface RecordedAttachments {
  /** Nobody records anything. */
  RecordedAttachments NONE = (network, container, interfaceName) -> false;

  /**
   * Whether there is a record, finished or not.
   *
   * @param interfaceName empty for any of the container's
   */
  boolean contains(String network, ContainerId container, Optional<InterfaceName> interfaceName);
}
