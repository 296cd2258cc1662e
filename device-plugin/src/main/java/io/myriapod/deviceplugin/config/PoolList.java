package io.myriapod.deviceplugin.config;

import java.util.List;

/**
 * What a configuration says.
 *
 * <p>At the start the pools that are there are used, as the SR-IOV network device plugin does. A
 * configuration that takes the place of another one is used only if it {@link #isSound()}: a broken
 * new file takes nothing away.
 *
 * @param pools the entries without an error, in their order; empty if the configuration as a whole
 *     cannot be read
 * @param findings in the order of reading, about all entries
 */
public record PoolList(List<PoolConfig> pools, List<Finding> findings) {
  /** Copies the lists. */
  public PoolList {
    pools = List.copyOf(pools);
    findings = List.copyOf(findings);
  }

  /** Whether no finding is an error; then there is a pool for every entry. */
  public boolean isSound() {
    return findings.stream().noneMatch(Finding::isError);
  }
}
