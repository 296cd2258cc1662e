package io.myriapod.agent.inspection;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.kubernetes.directory.ManifestCluster;
import io.myriapod.kubernetes.directory.PlacedText;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.Networks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file of {@code /etc/cni/net.d} or of Multus' {@code confDir}. */
final class NodeConfigInspection {
  private final boolean list;
  private final PlacedText text;
  private final ConfigText config;

  NodeConfigInspection(String file, PlacedText text) {
    this.list = file.endsWith(".conflist");
    this.text = text;
    this.config = new ConfigText(file, "", text);
  }

  List<Finding> findings() {
    List<Remark> remarks = new ArrayList<>();
    try {
      byte[] json = text.value().getBytes(StandardCharsets.UTF_8);
      NetworkList read =
          list ? NetworkList.parse(json) : NetworkList.parseAny(json, Optional.empty());
      remarks.addAll(remarks(read));
    } catch (CniException e) {
      remarks.add(Remark.of(e));
    }
    return remarks.stream().map(config::finding).toList();
  }

  private static List<Remark> remarks(NetworkList read) {
    List<Remark> remarks = new ArrayList<>(new NetworkInspection(read, Optional.empty()).remarks());
    for (int i = 0; i < read.plugins().size(); i++) {
      if (isOwn(read.plugins().get(i))) {
        String path = read.isList() ? "plugins[%d]".formatted(i) : "";
        ofOwn(read.forPlugin(i, Map.of(), Optional.empty())).stream()
            .map(remark -> path.isEmpty() ? remark : remark.below(path))
            .forEach(remarks::add);
      }
    }
    return remarks;
  }

  static boolean isOwn(NetworkConfig plugin) {
    return MultusConfig.OWN_TYPES.contains(plugin.root().string("type").orElse(""));
  }

  private static List<Remark> ofOwn(NetworkConfig plugin) {
    List<Remark> remarks = new ArrayList<>();
    try {
      MultusConfig read = MultusConfig.parse(plugin);
      for (String finding : read.findings()) {
        Remark remark = Remark.warning(finding, "correct or remove it", quoted(finding));
        remarks.add(read.strict() ? remark.asError() : remark);
      }
      List<NetworkList> delegates = read.networks().delegates();
      for (int i = 0; i < delegates.size(); i++) {
        String path = "delegates[%d]".formatted(i);
        new NetworkInspection(delegates.get(i), Optional.empty())
            .remarks()
            .forEach(remark -> remarks.add(remark.below(path)));
      }
      if (read.networks().clusterNetwork().isEmpty()) {
        Networks networks = new Networks(new ManifestCluster(List.of()), read, file -> file);
        networks.clusterDefault();
        networks.furtherDefaults(Optional.empty());
      }
    } catch (CniException e) {
      remarks.add(Remark.of(e));
    }
    return remarks;
  }

  /** The key that the sentence is about; what stands before it is the name of the network. */
  private static String[] quoted(String finding) {
    int where = finding.indexOf(": ");
    return Remark.quoted(finding.substring(Math.max(where, 0))).toArray(String[]::new);
  }
}
