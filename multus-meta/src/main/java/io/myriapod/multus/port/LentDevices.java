package io.myriapod.multus.port;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.OpenRecord;
import io.myriapod.types.DeviceId;
import java.util.Collection;

/**
 * Devices that the kubelet has given to containers, whether a network of their pod takes them or
 * not: a program may be all that wants them.
 */
public interface LentDevices {
  /** Whether any of the node may have been given to a container, so that it is worth asking. */
  boolean mayBeAny();

  /**
   * Makes a pod's devices ready for it: waits for the pod that had them before, gives them the
   * driver that was promised, and records that they are to be taken back with the pod.
   *
   * @param devices that the kubelet gave to the pod, of whatever resource
   * @param steps of the default network, which every pod has
   * @throws CniException 11 if the pod before does not let go of one, 113, 114, 115 if one cannot
   *     have its driver
   */
  void takeOver(Collection<DeviceId> devices, OpenRecord steps, Deadline deadline);
}
