package io.myriapod.ipam.link;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.linux.address.AddressFlag;
import java.util.Map;

/** What is done about duplicate address detection of IPv6 addresses; key {@code dad}. */
public enum DadPolicy {
  /** Usable at once, while duplicates are still looked for. RFC 4429. The default. */
  OPTIMISTIC(new AddressFlag[] {AddressFlag.OPTIMISTIC}),
  /** The ADD waits until the addresses are known to be unique, and fails if one is not. */
  WAIT(new AddressFlag[0]),
  /** Usable at once; nobody looks for duplicates. */
  NONE(new AddressFlag[] {AddressFlag.NODAD});

  private static final Map<String, DadPolicy> BY_WORD =
      Map.of("optimistic", OPTIMISTIC, "wait", WAIT, "none", NONE);

  private final AddressFlag[] flags;

  DadPolicy(AddressFlag[] flags) {
    this.flags = flags;
  }

  /** The policy of a configuration; throws code 7 for another word. */
  public static DadPolicy of(NetworkConfig config) {
    return config.root().oneOf("dad", BY_WORD).orElse(OPTIMISTIC);
  }

  AddressFlag[] flags() {
    return flags.clone();
  }
}
