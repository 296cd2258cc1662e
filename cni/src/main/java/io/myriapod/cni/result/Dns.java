package io.myriapod.cni.result;

import java.util.List;

/**
 * Resolver settings as a result or a configuration has them; each part may be empty. CNI SPEC
 * 1.1.0, {@code dns}.
 */
public record Dns(
    List<String> nameservers, String domain, List<String> search, List<String> options) {
  private static final Dns EMPTY = new Dns(List.of(), "", List.of(), List.of());

  /** Copies the lists. */
  public Dns {
    nameservers = List.copyOf(nameservers);
    search = List.copyOf(search);
    options = List.copyOf(options);
  }

  /** No settings. */
  public static Dns empty() {
    return EMPTY;
  }

  /** Whether no part is set. */
  public boolean isEmpty() {
    return equals(EMPTY);
  }
}
