package io.myriapod.agent.devices;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.config.DevicePluginSettings;
import io.myriapod.cni.error.CniException;
import io.myriapod.deviceplugin.config.ConfigWatch;
import io.myriapod.deviceplugin.config.FileContent;
import io.myriapod.deviceplugin.config.Finding;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.PoolList;
import io.myriapod.deviceplugin.config.PoolListReader;
import io.myriapod.deviceplugin.config.PoolsDifference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools as a file says them, or the agent's own configuration, and what becomes of them when
 * that is written anew: a broken new one takes nothing away.
 */
final class ConfiguredPools implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredPools.class);

  private final AgentPaths paths;
  private final DevicePluginSettings settings;
  private final PoolListReader reader;
  private final Consumer<List<PoolConfig>> listener;
  private final Path file;
  private FileContent content;
  private List<PoolConfig> pools = List.of();
  private Optional<ConfigWatch> watch = Optional.empty();

  /**
   * @param listener told of other pools than before
   */
  ConfiguredPools(
      AgentPaths paths, DevicePluginSettings settings, Consumer<List<PoolConfig>> listener) {
    this.paths = paths;
    this.settings = settings;
    this.reader = new PoolListReader(settings.resourcePrefix(), settings.useCdi());
    this.listener = listener;
    this.file =
        settings.resourceList().isPresent() ? paths.config() : paths.onNode(settings.configFile());
    this.content = FileContent.read(file);
  }

  /** Those of the start; an entry with an error is left out. */
  synchronized List<PoolConfig> first() {
    PoolList list = settings.resourceList().isPresent() ? inline(settings) : reader.read(content);
    tell(list);
    pools = list.pools();
    LOG.info("{}: {} resources", file, pools.size());
    return pools;
  }

  void watch() {
    watch = Optional.of(ConfigWatch.start(content, this::changed));
  }

  private synchronized void changed(FileContent now) {
    content = now;
    Optional<PoolList> list = list(now);
    list.ifPresent(ConfiguredPools::tell);
    if (list.filter(PoolList::isSound).isEmpty()) {
      LOG.warn("{} was changed and has errors: the pools stay as they were", file);
      return;
    }
    PoolsDifference difference = PoolsDifference.between(pools, list.get().pools());
    pools = list.get().pools();
    difference.sentences().forEach(sentence -> LOG.info("{}: {}", file, sentence));
    listener.accept(pools);
  }

  private Optional<PoolList> list(FileContent now) {
    if (settings.resourceList().isEmpty()) {
      return Optional.of(reader.read(now));
    }
    try {
      Optional<DevicePluginSettings> section = AgentConfig.read(paths.config()).devicePlugin();
      return section.filter(one -> one.resourceList().isPresent()).map(this::inline);
    } catch (CniException e) {
      LOG.warn("{}; {}", e.getMessage(), e.details());
      return Optional.empty();
    }
  }

  private PoolList inline(DevicePluginSettings section) {
    return reader.read(
        section.resourceList().orElseThrow(), DevicePluginSettings.KEY + ".resourceList");
  }

  private static void tell(PoolList list) {
    for (Finding finding : list.findings()) {
      if (finding.isError()) {
        LOG.error("pools: {}", finding);
      } else {
        LOG.warn("pools: {}", finding);
      }
    }
  }

  @Override
  public void close() {
    watch.ifPresent(ConfigWatch::close);
  }
}
