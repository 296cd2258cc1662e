package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.PciFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A network of the pod that builds on the functions that the networks before it gave. */
@InNamespaces
@ExtendWith(LabNode.class)
class BondOfFunctionsLab {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> MACS = List.of("02:00:5e:50:00:01", "02:00:5e:50:00:02");
  private static final String NETWORK =
      """
      apiVersion: k8s.cni.cncf.io/v1
      kind: NetworkAttachmentDefinition
      metadata: {name: %s, namespace: shop}
      spec: {config: '%s'}
      ---
      """;
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: bonded
        namespace: shop
        annotations:
          k8s.v1.cni.cncf.io/networks: |
            [{"name": "south", "interface": "south0", "deviceID": "%s", "mac": "%s"},
             {"name": "south", "interface": "south1", "deviceID": "%s", "mac": "%s"},
             {"name": "bond", "interface": "bond0"}]
      """;

  @TempDir private Path root;

  private Sandbox sandbox(Netns pod) {
    String config =
        """
        {"cniVersion": "1.1.0", "name": "myriapod", "type": "myriapod", "binDir": "%s",
         "delegates": [{"cniVersion": "1.1.0", "name": "pods", "type": "plain"}]}
        """
            .formatted(root);
    return Sandbox.here(root, config, pod, new PodName("shop", "bonded", "uid-of-bonded"));
  }

  @Test
  void add_executedDelegateComesLast_findsBothFunctionsUpWithTheirMacs(Netns pod)
      throws IOException {
    List<PciFunction> functions =
        List.of(Nic.FIRST.createVfs(1).get(0), Nic.SECOND.createVfs(1).get(0));
    functions.forEach(PciFunction::awaitLink);
    Path seen = root.resolve("seen");
    RecorderPlugin.install(root, "plain");
    RecorderPlugin.install(root, "bond")
        .answer(
            "ADD", Answer.usual().running("nsenter --net=\"$CNI_NETNS\" ip -d -j link >" + seen));
    Files.createDirectories(root.resolve("etc/myriapod/cluster"));
    Files.writeString(
        root.resolve("etc/myriapod/cluster/all.yaml"),
        NETWORK.formatted(
                "south",
                "{\"cniVersion\": \"1.1.0\", \"type\": \"sriov\", \"capabilities\": {\"mac\": true}}")
            + NETWORK.formatted("bond", "{\"cniVersion\": \"1.1.0\", \"type\": \"bond\"}")
            + POD.formatted(functions.get(0), MACS.get(0), functions.get(1), MACS.get(1)));
    Map<String, JsonNode> before = NodeLinks.all();
    try (AgentProcess agent = AgentProcess.startHere(root, List.of())) {
      sandbox(pod).run("ADD");

      for (int i = 0; i < 2; i++) {
        JsonNode link = link(seen, "south" + i);
        assertEquals(MACS.get(i), link.path("address").asText());
        assertEquals(functions.get(i).address(), link.path("parentdev").asText());
        assertTrue(link.path("flags").toString().contains("\"UP\""), link.toString());
      }
      sandbox(pod).run("DEL");
      NodeLinks.assertAgain(before);
      assertFalse(agent.hasEnded());
    }
  }

  private static JsonNode link(Path file, String name) throws IOException {
    for (JsonNode link : JSON.readTree(Files.readString(file))) {
      if (link.path("ifname").asText().equals(name)) {
        return link;
      }
    }
    throw new AssertionError("no %s in %s".formatted(name, Files.readString(file)));
  }
}
