package io.myriapod.deviceplugin.config;

/** Which of the free devices a container gets; key {@code allocationPolicy}. */
public enum AllocationPolicy {
  /** From the physical function that has the fewest free ones left, so that others stay whole. */
  PACKED("packed"),
  /** From the physical functions that have the most free ones, in turn. */
  SPREAD("spread"),
  /** Each from another physical function, for a bond; as many as there are, then in turn. */
  DISTINCT_PF("distinct-pf"),
  /** All from one NUMA node if it has enough, packed there. */
  NUMA("numa");

  private final String word;

  AllocationPolicy(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
