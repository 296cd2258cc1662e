package io.myriapod.cni.call;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.fixtures.MutatedJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes in: a documented error of bounded length, never another exception. */
class CniCallFuzzTest {
  private static final String LIST =
      """
      {"cniVersion":"1.1.0","cniVersions":["1.0.0","1.1.0"],"name":"net","disableCheck":"true",
       "type":"macvlan","capabilities":{"mac":true},"ipam":{"type":"host-local","ranges":[[{}]]},
       "plugins":[{"type":"macvlan","mtu":1500,"capabilities":{"ips":true}},{"type":"tuning"}],
       "prevResult":{"cniVersion":"0.4.0","interfaces":[{"name":"net1","mac":"x","mtu":9}],
       "ips":[{"version":"4","interface":0,"address":"10.1.2.3/24","gateway":"10.1.2.1"}],
       "routes":[{"dst":"0.0.0.0/0","gw":"10.1.2.1","mtu":1400,"table":7}],"dns":{"search":["a"]}},
       "ip4":{"ip":"10.0.0.1/8","routes":[{"dst":"::/0"}]},
       "cni.dev/valid-attachments":[{"containerID":"c1","ifname":"eth0"}]}
      """;
  private static final Set<Integer> EXPECTED = Set.of(1, 2, 4, 6, 7);

  @Provide
  Arbitrary<String> mutated() {
    return MutatedJson.of(LIST, "\"cniVersion\":\"9\"");
  }

  @Property(tries = 1000)
  void stdin_mutated_isReadOrRefusedWithACode(@ForAll("mutated") String stdin, @ForAll Verb verb) {
    byte[] bytes = stdin.getBytes(StandardCharsets.UTF_8);
    documented(() -> exercise(CniCall.parse(environment(verb), bytes)));
    documented(() -> derive(NetworkList.parseAny(bytes, Optional.of("net"))));
    documented(() -> convert(Json.parse(bytes, "result")));
    documented(() -> convert(Json.parse(bytes, "result").path("prevResult")));
    VersionReply.to(bytes);
  }

  @Property(tries = 1000)
  void stdin_arbitraryBytes_areRefusedWithACode(@ForAll byte[] stdin) {
    documented(() -> CniCall.parse(environment(Verb.ADD), stdin));
    VersionReply.to(stdin);
  }

  @Property(tries = 1000)
  void environment_arbitraryText_isReadOrRefusedWithACode(
      @ForAll("names") String name, @ForAll String value) {
    Map<String, String> environment = environment(Verb.ADD);
    environment.put(name, value);
    documented(() -> CniEnvironment.parse(environment));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(environment(Verb.ADD).keySet());
  }

  private static void exercise(CniCall call) {
    Deadline deadline = Deadline.in(Duration.ofMinutes(1));
    switch (call.environment().verb()) {
      case ADD, DEL, CHECK -> call.pluginRequest(deadline);
      case GC -> call.gcRequest(deadline);
      case STATUS, VERSION -> call.statusRequest(deadline);
    }
    call.config().type();
    call.config().ipam().ifPresent(ipam -> ipam.objectLists("ranges"));
    call.config().dns();
    UnusedKeys.of(call.config());
  }

  private static void derive(NetworkList list) {
    for (int i = 0; i < list.plugins().size(); i++) {
      byte[] derived = list.forPlugin(i, Map.of("ips", Json.object()), Optional.empty()).bytes();
      assertFalse(Json.parse(derived, "derived").has("capabilities"));
    }
  }

  private static void convert(JsonNode result) {
    for (CniVersion version : CniVersion.values()) {
      documented(() -> ResultCodec.encode(ResultCodec.decode(result, version), version));
    }
  }

  private static void documented(Runnable attempt) {
    try {
      attempt.run();
    } catch (CniException e) {
      assertTrue(EXPECTED.contains(e.code()), e.code() + " " + e.getMessage());
      assertTrue(e.getMessage().length() < 1000, e.getMessage());
    }
  }

  private static Map<String, String> environment(Verb verb) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CNI_COMMAND", verb.name());
    environment.put("CNI_CONTAINERID", "c1");
    environment.put("CNI_NETNS", "/run/netns/x");
    environment.put("CNI_IFNAME", "eth0");
    environment.put("CNI_ARGS", "IgnoreUnknown=1");
    environment.put("CNI_PATH", "/opt/cni/bin");
    return environment;
  }
}
