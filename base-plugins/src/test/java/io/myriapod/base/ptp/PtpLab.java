package io.myriapod.base.ptp;

import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.Netns;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Undo;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.pluginlab.PluginLab;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A ptp plugin on a node that is a namespace of the test. */
final class PtpLab extends PluginLab {
  private static final String NETWORK = "routed";

  final PtpPlugin plugin;
  final Masquerade masquerade;

  PtpLab(Netns node, Netns pod, Path temp) {
    this(node, pod, temp, Optional.of(Path.of("/usr/sbin/nft")));
  }

  /** With this program as nft. */
  PtpLab(Netns node, Netns pod, Path temp, Optional<Path> nft) {
    super(node, pod, temp, NETWORK);
    this.masquerade = new Masquerade(this.node, journal, nft);
    this.plugin = new PtpPlugin(this.node, journal, ipam, addressing, masquerade);
    undoWith(Map.of(Masquerade.INVERSE_KIND, masquerade.inverseHandler()));
  }

  CniResult add(String keys) {
    return add(request("net1", keys));
  }

  /** Ends all records of the journal without undoing anything. */
  void forget() {
    InverseHandler nothing = batch -> Map.of();
    Undo forgetting =
        new Undo(
            journal,
            Map.of(
                CreatedLink.KIND,
                nothing,
                HeldLease.KIND,
                nothing,
                Masquerade.INVERSE_KIND,
                nothing));
    forgetting.run(journal.all());
  }

  @Override
  protected PtpPlugin plugin() {
    return plugin;
  }

  @Override
  protected NetworkConfig configOf(String keys) {
    return config(NETWORK, PtpPlugin.TYPE, keys);
  }
}
