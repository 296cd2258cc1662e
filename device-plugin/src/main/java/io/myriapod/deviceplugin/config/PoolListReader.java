package io.myriapod.deviceplugin.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.deviceplugin.config.ConfigTree.UnreadableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads pools as the SR-IOV network device plugin has them in its {@code config.json}, and says of
 * everything in there that is wrong or without effect where it is. Never throws for what it reads.
 */
public final class PoolListReader {
  /** Where that plugin has it. */
  public static final String USUAL_FILE = "/etc/pcidp/config.json";

  /** That plugin's default. */
  public static final String USUAL_PREFIX = "intel.com";

  /** Entries of a list. */
  static final int MAX_POOLS = 256;

  static final String RESOURCE_LIST = "resourceList";

  private final String defaultPrefix;
  private final boolean cdi;

  /** The same for devices that are not given by CDI. */
  public PoolListReader(String defaultPrefix) {
    this(defaultPrefix, false);
  }

  /**
   * @param defaultPrefix of entries without {@code resourcePrefix}
   * @param cdi devices are given by names of CDI, which has none for every prefix
   * @throws IllegalArgumentException that shows the prefix if no resource can have it
   */
  public PoolListReader(String defaultPrefix, boolean cdi) {
    this.defaultPrefix = ResourceName.requirePrefix(defaultPrefix);
    this.cdi = cdi;
  }

  /** What a file says. */
  public PoolList read(FileContent content) {
    Findings findings = new Findings();
    if (content.problem().isPresent()) {
      findings.error(
          "", Optional.empty(), "%s %s".formatted(content.file(), content.problem().get()));
      return new PoolList(List.of(), findings.list());
    }
    try {
      return new PoolList(file(ConfigTree.of(content.bytes()), findings), findings.list());
    } catch (UnreadableException e) {
      findings.error("", e.position(), "%s %s".formatted(content.file(), e.getMessage()));
      return new PoolList(List.of(), findings.list());
    }
  }

  /**
   * What a list says that is part of another configuration; its findings have no position.
   *
   * @param place of the list there, such as {@code devicePlugin.resourceList}
   */
  public PoolList read(JsonNode resourceList, String place) {
    Findings findings = new Findings();
    List<PoolConfig> pools = List.of();
    try {
      pools = pools(new Located(place, ConfigTree.of(resourceList)), findings);
    } catch (UnreadableException e) {
      findings.error(place, Optional.empty(), e.getMessage());
    }
    return new PoolList(pools, findings.list());
  }

  private List<PoolConfig> file(ConfigValue value, Findings findings) {
    Located whole = new Located("", value);
    Optional<Fields> fields = Fields.of(whole, List.of(RESOURCE_LIST), findings);
    if (fields.isEmpty()) {
      return List.of();
    }
    Optional<Located> list = fields.get().find(RESOURCE_LIST);
    if (list.isEmpty()) {
      findings.error(whole, "has no \"resourceList\": want a list of resources");
      return List.of();
    }
    return pools(list.get(), findings);
  }

  private List<PoolConfig> pools(Located list, Findings findings) {
    PoolReader reader = new PoolReader(defaultPrefix, cdi, findings);
    List<PoolConfig> pools = new ArrayList<>();
    int before = findings.errors();
    List<Located> entries = list.elements(MAX_POOLS, findings);
    if (entries.isEmpty() && findings.errors() == before) {
      findings.error(list, "is empty: want at least one resource");
    }
    for (Located each : entries) {
      reader.read(each).ifPresent(pools::add);
    }
    return pools;
  }
}
