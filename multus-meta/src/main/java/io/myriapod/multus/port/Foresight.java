package io.myriapod.multus.port;

import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.Inverse;
import java.util.List;

/** What can be said of an ADD before it begins. */
@FunctionalInterface
public interface Foresight {
  /** Nothing is known. */
  Foresight NONE = request -> List.of();

  /**
   * The inverses of the leases that this ADD of one plugin will take. Announced for all networks of
   * a pod before the one flush of the journal, they cost no flush of their own.
   */
  List<Inverse> leases(PluginRequest request);
}
