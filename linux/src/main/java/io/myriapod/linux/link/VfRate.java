package io.myriapod.linux.link;

/**
 * Bounds of what a virtual function sends.
 *
 * @param min Mbit/s; 0 for none
 * @param max Mbit/s; 0 for none
 */
public record VfRate(int min, int max) {
  @Override
  public String toString() {
    return "%d to %d Mbit/s".formatted(min, max);
  }
}
