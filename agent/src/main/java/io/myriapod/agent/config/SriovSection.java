package io.myriapod.agent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.linux.pci.Sriov;
import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.WantedFunctions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list {@code sriov} of the configuration: physical functions, how many virtual ones each has,
 * and what drivers those have. Ranges are written as in the device plugin's {@code pfNames}: {@code
 * 0-3,5}.
 */
final class SriovSection {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
  private static final int MIN_MTU = 68; // RFC 791
  private static final int MAX_MTU = 65_535;

  private SriovSection() {}

  /** Throws CniException 7 naming key, value and what is allowed. */
  static List<WantedFunctions> read(ConfigObject config) {
    List<WantedFunctions> wanted = new ArrayList<>();
    Set<String> named = new HashSet<>();
    for (ConfigObject one : config.objects("sriov")) {
      WantedFunctions functions = functions(one);
      if (!named.add(functions.physical())) {
        throw one.impossible("pf", "it is there twice");
      }
      wanted.add(functions);
    }
    return wanted;
  }

  private static WantedFunctions functions(ConfigObject one) {
    String physical =
        one.string("pf").orElseThrow(() -> one.missing("pf", "an interface name or a PCI address"));
    int number =
        one.integer("numVfs", 0, Sriov.MOST)
            .orElseThrow(() -> one.missing("numVfs", "a number of virtual functions"));
    Map<Integer, Named> drivers = new TreeMap<>();
    one.objects("drivers").forEach(each -> add(each, number, drivers));
    return new WantedFunctions(physical, number, one.integer("mtu", MIN_MTU, MAX_MTU), drivers);
  }

  private static void add(ConfigObject range, int number, Map<Integer, Named> drivers) {
    String vfs = numbers(range);
    Named driver = driver(range);
    for (String part : vfs.split(",", -1)) {
      Matcher matcher = RANGE.matcher(part.strip());
      if (!matcher.matches()) {
        throw range.invalid("vfs", vfs, "numbers and ranges such as \"0-3,5\"");
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first > last || last >= number) {
        throw range.invalid("vfs", vfs, "numbers below \"numVfs\", which is " + number);
      }
      for (int index = first; index <= last; index++) {
        if (drivers.put(index, driver) != null) {
          throw range.impossible(
              "vfs", "virtual function %d has a driver already".formatted(index));
        }
      }
    }
  }

  /** One alone is a number to YAML. */
  private static String numbers(ConfigObject range) {
    return range
        .value("vfs")
        .filter(JsonNode::isIntegralNumber)
        .map(JsonNode::asText)
        .or(() -> range.string("vfs"))
        .orElseThrow(() -> range.missing("vfs", "such as \"0-3,5\""));
  }

  private static Named driver(ConfigObject range) {
    String name =
        range.string("driver").orElseThrow(() -> range.missing("driver", "such as \"vfio-pci\""));
    try {
      return new Named(name);
    } catch (IllegalArgumentException e) {
      throw range.invalid("driver", name, "a name of /sys/bus/pci/drivers");
    }
  }
}
