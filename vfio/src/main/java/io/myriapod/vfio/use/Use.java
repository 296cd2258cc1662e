package io.myriapod.vfio.use;

/**
 * One piece of evidence that a function is in use.
 *
 * @param who short, for a table: {@code macvlan net1}
 * @param finding for a sentence that begins with the function: {@code carries macvlan "net1"}
 * @param whatToDo how to free it
 */
public record Use(String who, String finding, String whatToDo) {
  /** Who has a function that could not be cleaned when its pod went. */
  static final String QUARANTINE = "quarantine";

  /** Whether nobody uses it, but it is not fit for anybody either. */
  public boolean isQuarantine() {
    return who.equals(QUARANTINE);
  }
}
