package io.myriapod.multus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of docs/migration.md is what the configuration's reader does. */
class MigrationPageTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| (`[^|]*) \\| (CNI|read|not needed|no effect|refused) \\| .{10,} \\|$");
  private static final Pattern KEY = Pattern.compile("`([A-Za-z]+)`");

  /** Of what a JSON value can be; none of it is right for a key that is read. */
  private static final List<JsonNode> ODD =
      List.of(JSON.numberNode(7.5), JSON.objectNode().put("odd", 1), JSON.textNode("\u00a7"));

  /** Every key of Multus' NetConf, its daemon, its generator, and of its documentation. */
  private static final Set<String> OF_MULTUS =
      Set.of(
          ("name type cniVersion capabilities runtimeConfig prevResult confDir cniDir binDir"
                  + " kubeconfig delegates clusterNetwork defaultNetworks systemNamespaces"
                  + " multusNamespace namespaceIsolation globalNamespaces readinessindicatorfile"
                  + " auxiliaryCNIChainName retryDeleteOnError logFile logLevel logToStderr"
                  + " logOptions allowTryDeleteOnErr defaultnetworkfile defaultnetworkwaitseconds"
                  + " chrootDir socketDir metricsPort enablePprof connectionLimit"
                  + " perNodeCertificate multusConfigFile cniConfigDir multusAutoconfigDir"
                  + " multusMasterCNI forceCNIVersion overrideNetworkName daemonSocketDir cniConf")
              .split(" "));

  private static final Map<String, String> REFUSED =
      Map.of("forceCNIVersion", "true", "perNodeCertificate", "{\"enabled\":true}");

  private final Map<String, String> verdicts = new LinkedHashMap<>();

  @BeforeEach
  void read() throws IOException {
    String page = Files.readString(Product.top().resolve("docs/migration.md"));
    for (MatchResult row : ROW.matcher(page).results().toList()) {
      KEY.matcher(row.group(1)).results().forEach(key -> verdicts.put(key.group(1), row.group(2)));
    }
  }

  private static MultusConfig parse(String key, JsonNode value, boolean strict) {
    return MultusConfig.parse(
        NetworkConfig.of(config().put("strict", strict).setAll(Map.of(key, value))));
  }

  private static ObjectNode config() {
    return Json.object()
        .put("name", "node")
        .put("type", "multus")
        .put("cniVersion", "1.1.0")
        .put("clusterNetwork", "cluster");
  }

  private List<String> keys(String verdict) {
    return verdicts.keySet().stream().filter(key -> verdicts.get(key).equals(verdict)).toList();
  }

  @Test
  void keys_ofMultus_areTheOnesOnThePage() {
    assertEquals(new TreeSet<>(OF_MULTUS), new TreeSet<>(verdicts.keySet()));
  }

  @Test
  void keys_read_areRefusedByNameIfTheirValueIsOdd() {
    List<String> silent = new ArrayList<>();
    for (String key : keys("read")) {
      boolean named = ODD.stream().anyMatch(value -> refusal(key, value).contains(key));
      if (!named) {
        silent.add(key);
      }
    }
    assertEquals(11, keys("read").size());
    assertEquals(List.of(), silent);
  }

  private static String refusal(String key, JsonNode value) {
    try {
      parse(key, value, false);
      return "";
    } catch (CniException e) {
      return e.getMessage();
    }
  }

  @Test
  void keys_notNeeded_areAcceptedWhateverTheirValue() {
    for (String key : keys("not needed")) {
      for (JsonNode value : ODD) {
        assertEquals(List.of(), parse(key, value, true).findings(), key);
      }
    }
    assertEquals(17, keys("not needed").size());
  }

  @Test
  void keys_ofCni_areAccepted() {
    for (String key : Set.of("capabilities", "runtimeConfig", "prevResult")) {
      assertTrue(keys("CNI").contains(key), key);
      assertEquals(List.of(), parse(key, Json.object(), true).findings());
    }
  }

  @Test
  void keys_withoutEffect_areFindingsThatSayWhy() {
    for (String key : keys("no effect")) {
      List<String> findings = parse(key, JSON.numberNode(1), false).findings();
      assertEquals(1, findings.size(), key);
      String start = "network \"node\": key \"%s\" has no effect: ".formatted(key);
      assertTrue(findings.get(0).startsWith(start), findings.get(0));
      assertTrue(findings.get(0).length() > start.length() + 10, findings.get(0));
    }
    assertEquals(5, keys("no effect").size());
  }

  @Test
  void keys_refused_areNamedWithWhatToDo() {
    assertEquals(REFUSED.keySet(), Set.copyOf(keys("refused")));
    for (Map.Entry<String, String> each : REFUSED.entrySet()) {
      JsonNode value = Json.parse(each.getValue().getBytes(), "value");
      CniException refused =
          assertThrows(CniException.class, () -> parse(each.getKey(), value, false));
      assertEquals(ErrorCode.UNSUPPORTED_FIELD, refused.code());
      assertTrue(refused.getMessage().contains(each.getKey()), refused.getMessage());
      assertTrue(refused.details().contains("remove the key"), refused.details());
    }
  }

  @Test
  void keys_refusedOnlyIfSet_areNotNeededOtherwise() {
    assertEquals(List.of(), parse("forceCNIVersion", JSON.booleanNode(false), true).findings());
    JsonNode off = Json.object().put("enabled", false).put("certDuration", "10m");
    assertEquals(List.of(), parse("perNodeCertificate", off, true).findings());
  }

  @Test
  void keys_thatTheReaderAsksFor_areOnThePage() {
    NetworkConfig config = NetworkConfig.of(config());
    MultusConfig.parse(config);

    Set<String> unknown =
        config.root().asked().stream()
            .filter(key -> !verdicts.containsKey(key))
            .collect(Collectors.toSet());

    assertEquals(Set.of("args", "dns", "compat", "strict"), unknown);
  }

  @Test
  void keys_unknown_areFindings() {
    assertEquals(
        List.of("network \"node\": key \"clusterNetwrok\" has no effect"),
        parse("clusterNetwrok", JSON.textNode("x"), false).findings());
  }
}
