package io.myriapod.child.macvlan;

import io.myriapod.child.link.ChildLab;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.fixtures.Netns;
import java.nio.file.Path;

/** A macvlan plugin on a node that is a namespace of the test. */
final class MacvlanLab extends ChildLab<MacvlanConfig> {
  MacvlanLab(Netns node, Netns pod, Path temp) {
    super(new Macvlan(), node, pod, temp);
  }

  static NetworkConfig config(String keys) {
    return config(NETWORK, Macvlan.TYPE, keys);
  }
}
