package io.myriapod.linux.pci;

import io.myriapod.types.PciAddress;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a physical function says of its virtual ones.
 *
 * @param total how many it can have
 * @param autoprobe whether drivers are bound to new ones by themselves
 * @param functions those that are there, by index
 */
public record Sriov(int total, boolean autoprobe, Map<Integer, PciAddress> functions) {
  /** As many as any function can have: 16 bits in the capability; PCIe 9.3.3.5. */
  public static final int MOST = 65_535;

  public Sriov {
    functions = Collections.unmodifiableMap(new TreeMap<>(functions));
  }

  /**
   * How many it has. Counted, since {@code sriov_numvfs} cannot be read while somebody writes it,
   * which may take minutes on a card that is ill.
   */
  public int number() {
    return functions.size();
  }
}
