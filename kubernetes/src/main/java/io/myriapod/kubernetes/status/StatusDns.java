package io.myriapod.kubernetes.status;

import java.util.List;

/** Name resolution as a plugin reported it; an empty domain means none. */
public record StatusDns(
    List<String> nameservers, String domain, List<String> search, List<String> options) {
  /** Nothing was reported. */
  public static final StatusDns NONE = new StatusDns(List.of(), "", List.of(), List.of());

  /** Copies the lists. */
  public StatusDns {
    nameservers = List.copyOf(nameservers);
    search = List.copyOf(search);
    options = List.copyOf(options);
  }
}
