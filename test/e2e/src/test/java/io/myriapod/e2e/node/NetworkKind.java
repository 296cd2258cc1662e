package io.myriapod.e2e.node;

import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.RecorderPlugin;
import java.nio.file.Path;

/** What kind of plugin attaches a pod. */
public enum NetworkKind {
  BRIDGE {
    @Override
    String plugin(PodNode node, int number) {
      return """
          {"type": "bridge", "bridge": "br%d", "isDefaultGateway": %s, "ipMasq": true, %s}"""
          .formatted(number, number == 1, ipam(node, number));
    }
  },
  MACVLAN {
    @Override
    String plugin(PodNode node, int number) {
      return """
          {"type": "macvlan", "master": "parent0", %s}"""
          .formatted(ipam(node, number));
    }
  },
  /** An executable of somebody else; its state is a file per attachment. */
  FOREIGN {
    @Override
    String plugin(PodNode node, int number) {
      return """
          {"type": "%s", "number": %d}"""
          .formatted(RECORDER, number);
    }
  },
  /** A built-in plugin with somebody else's IPAM. */
  FOREIGN_IPAM {
    @Override
    String plugin(PodNode node, int number) {
      return """
          {"type": "macvlan", "master": "parent0", "ipam": {"type": "%s"}}"""
          .formatted(RECORDER);
    }
  };

  static final String RECORDER = "recorder";

  /**
   * One plugin's configuration.
   *
   * @param number of the network, from 1: distinguishes bridges and subnets
   */
  abstract String plugin(PodNode node, int number);

  /** Whether somebody else's executable takes part. */
  public boolean isForeign() {
    return this == FOREIGN || this == FOREIGN_IPAM;
  }

  private static String ipam(PodNode node, int number) {
    return """
        "ipam": {"type": "host-local", "ranges": [[
          {"subnet": "10.61.%d.0/24", "rangeStart": "10.61.%d.2", "rangeEnd": "10.61.%d.%d"}]]}"""
        .formatted(number, number, number, 1 + node.addresses());
  }

  /** The recorder, keeping a file per attachment. */
  static RecorderPlugin install(Path binaries, Path marks) {
    RecorderPlugin recorder = RecorderPlugin.install(binaries, RECORDER);
    recorder.answer("ADD", added(marks));
    recorder.answer("DEL", deleted(marks));
    return recorder;
  }

  private static Answer added(Path marks) {
    return Answer.prints(
            """
            {"cniVersion": "1.0.0", "ips": [{"address": "10.62.0.9/24"}]}
            """)
        .running(": >%s/$CNI_CONTAINERID-$CNI_IFNAME".formatted(marks));
  }

  /** Forgets the attachment. */
  static Answer deleted(Path marks) {
    return Answer.usual().running("rm -f %s/$CNI_CONTAINERID-$CNI_IFNAME".formatted(marks));
  }
}
