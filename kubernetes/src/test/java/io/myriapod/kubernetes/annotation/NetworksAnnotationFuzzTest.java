package io.myriapod.kubernetes.annotation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.MutatedJson;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever an annotation says: selections within bounds or one short error, nothing else. */
class NetworksAnnotationFuzzTest {
  private static final String GOOD =
      """
      [{"name":"a","namespace":"ns","interface":"net9","interfaceRequest":"net9",
        "ips":["10.1.2.3/24","fd00::3"],"mac":"02:00:00:00:00:01",
        "infiniband-guid":"c2:11:22:33:44:55:66:77","deviceID":"0000:01:00.1",
        "portMappings":[{"hostPort":80,"containerPort":81,"protocol":"TCP","hostIP":"10.0.0.1"}],
        "bandwidth":{"ingressRate":1,"ingressBurst":2,"egressRate":3,"egressBurst":4},
        "cni-args":{"a":[1,2.50,{"b":null}]},"default-route":["10.1.2.1"]},
       {"name":"b","ipam-claim-reference":"claim","io.myriapod.deviceContainer":"app","io.myriapod.deviceIndex":1}]
      """;

  @Provide
  Arbitrary<String> mutated() {
    return MutatedJson.of(GOOD);
  }

  @Property(tries = 3000)
  void parse_mutatedJson_readsOrRefuses(@ForAll("mutated") String text) {
    requireReadOrRefused(text);
  }

  @Property(tries = 1000)
  void parse_anyText_readsOrRefuses(@ForAll String text) {
    requireReadOrRefused(text);
  }

  private static void requireReadOrRefused(String text) {
    for (Dialect dialect : Dialect.values()) {
      try {
        var read = NetworksAnnotation.parse(text, "pod-ns", dialect);
        assertTrue(read.selections().size() <= NetworksAnnotation.MAX_ELEMENTS);
        read.selections().forEach(selection -> selection.options().capabilityArguments());
      } catch (InvalidAnnotationException e) {
        assertTrue(e.getMessage().length() < 1000, e.getMessage());
      }
    }
  }
}
