package io.myriapod.deviceplugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.PoolList;
import io.myriapod.deviceplugin.config.PoolListReader;
import java.util.List;

/** Pools as an operator writes them, with single quotes. */
public final class PoolText {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

  private PoolText() {}

  /** Entries of a resource list; fails if anything is wrong with one. */
  public static List<PoolConfig> pools(String... entries) {
    try {
      String text = "[{%s}]".formatted(String.join("}, {", entries));
      PoolList list = new PoolListReader("intel.com").read(JSON.readTree(text), "resourceList");
      if (!list.findings().isEmpty()) {
        throw new AssertionError(list.findings().toString());
      }
      return list.pools();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** The fields of an entry of that name with these selectors. */
  public static String entry(String name, String selectors) {
    return "'resourceName': '%s', 'selectors': %s".formatted(name, selectors);
  }
}
