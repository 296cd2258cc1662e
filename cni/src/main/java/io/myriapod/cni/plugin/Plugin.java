package io.myriapod.cni.plugin;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.result.CniResult;

/**
 * What a CNI plugin does. CNI SPEC 1.1.0, "CNI operations". Each verb throws {@link CniException}
 * with a documented code.
 */
public interface Plugin {
  /** The name in {@code type} of a configuration. */
  String type();

  /**
   * Reads and checks the whole request; looks at the kernel and changes nothing. Called before any
   * network of the pod is touched.
   */
  void validate(PluginRequest request);

  /** Attaches the container; leaves nothing behind if it throws. */
  CniResult add(PluginRequest request);

  /** Compares {@code prevResult}, which is present, with what is there. */
  void check(PluginRequest request);

  /**
   * Undoes an ADD; does nothing where there is nothing. The namespace may be absent. Used when the
   * journal knows nothing of the attachment.
   */
  void delete(PluginRequest request);

  /** Frees what belongs to the network and to no valid attachment. */
  void gc(GcRequest request);

  /** Returns if an ADD could be served now. */
  void status(StatusRequest request);
}
