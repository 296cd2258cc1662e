package io.myriapod.multus.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;

/**
 * What the networks of one pod may bring along in all. Definitions and annotations are written by
 * tenants, one definition may be asked for a hundred times, and what a pod brought is kept in
 * memory and journal for as long as it lives.
 */
public final class ConfigBudget {
  /** 128 networks of 2 KiB. */
  static final int MAX_CHARACTERS = 256 * 1024;

  /** Each costs some hundred bytes of memory, even an empty list. */
  static final int MAX_VALUES = 16 * 1024;

  private final String subject;
  private long characters;
  private long values;

  /**
   * @param subject what is counted, as an error message calls it
   */
  public ConfigBudget(String subject) {
    this.subject = subject;
  }

  /** Counts text that is about to be parsed. Throws code 7 beyond the bound. */
  public void spend(String network, long length) {
    characters += length;
    require(characters, MAX_CHARACTERS, "characters", network);
  }

  /** Counts the values of a tree that is kept so many times. Throws code 7 beyond the bound. */
  public void spend(String network, JsonNode tree, int copies) {
    values += (long) size(tree) * copies;
    require(values, MAX_VALUES, "values", network);
  }

  private static int size(JsonNode tree) {
    int size = 1;
    for (JsonNode child : tree) {
      size += size(child);
    }
    return size;
  }

  private void require(long spent, int allowed, String unit, String network) {
    if (spent > allowed) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "network \"%s\": with it, the %s of this pod have %d %s: want at most %d in all"
              .formatted(network, subject, spent, unit, allowed),
          "ask for fewer networks, or make them smaller");
    }
  }
}
