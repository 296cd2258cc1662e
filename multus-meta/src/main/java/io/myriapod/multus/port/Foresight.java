package io.myriapod.multus.port;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.Inverse;
import java.util.List;
import java.util.Set;

/** What can be said of an ADD before it begins. */
public interface Foresight {
  /**
   * The inverses of the leases that this ADD of one plugin will take. Announced for all networks of
   * a pod before the one flush of the journal, they cost no flush of their own.
   */
  List<Inverse> leases(PluginRequest request);

  /**
   * The devices that this ADD of one plugin may take; of an executable all that its config shows.
   *
   * @throws CniException if the request is wrong, or the device not there
   */
  Set<ForeseenDevice> devices(PluginRequest request);
}
