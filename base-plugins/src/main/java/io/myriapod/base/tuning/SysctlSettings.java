package io.myriapod.base.tuning;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.types.InterfaceName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sysctls of a config, in its order. */
final class SysctlSettings {
  private static final String KEY = "sysctl";
  private static final int MOST = 256;

  private SysctlSettings() {}

  /**
   * Those of {@code args.cni.sysctl} over those of {@code sysctl}, whichever way each is written.
   *
   * @throws CniException 7 if one of the two has a setting twice, with different values
   */
  static List<SysctlSetting> parse(NetworkConfig config, InterfaceName link) {
    Map<String, SysctlSetting> all = new LinkedHashMap<>(in(config.root(), link));
    all.putAll(in(config.args(), link));
    return new ArrayList<>(all.values());
  }

  private static Map<String, SysctlSetting> in(ConfigObject holder, InterfaceName link) {
    Map<String, SysctlSetting> byPath = new LinkedHashMap<>();
    holder.object(KEY).ifPresent(object -> read(holder, object, link, byPath));
    return byPath;
  }

  private static void read(
      ConfigObject holder,
      ConfigObject object,
      InterfaceName link,
      Map<String, SysctlSetting> byPath) {
    var fields = object.json();
    if (fields.size() > MOST) {
      throw holder.invalid(KEY, "%d settings".formatted(fields.size()), "at most " + MOST);
    }
    for (Map.Entry<String, ?> field : fields.properties()) {
      SysctlSetting one = SysctlSetting.parse(object, field.getKey(), link);
      SysctlSetting other = byPath.put(one.path(), one);
      if (other != null && !other.value().equals(one.value())) {
        throw one.refused("\"%s\", as \"%s\" says".formatted(other.value(), other.key()));
      }
    }
  }
}
