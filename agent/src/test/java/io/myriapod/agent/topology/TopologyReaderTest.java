package io.myriapod.agent.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.json.Json;
import io.myriapod.fixtures.sysfs.FakeCards;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is read of a card with many functions and of what the journal says; links are the host's.
 */
class TopologyReaderTest {
  private static final String CARD = "0000:01:00.0";
  private static final String BOOT = "boot1";

  @TempDir private Path root;
  private FakeSysfs sysfs;
  private Journal journal;

  @BeforeEach
  void open() {
    sysfs = new FakeSysfs(root.resolve("sys"));
    FakeCards cards = new FakeCards(sysfs).physical(CARD, "8086", "1592", "ice", 64);
    for (int index = 0; index < 40; index++) {
      cards.virtual(CARD, index, function(index), "1889", Optional.of("iavf"));
    }
    journal = Journal.open(root.resolve("journal"), BOOT, file -> () -> {}, PhaseListener.NONE);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private static String function(int index) {
    return "0000:01:%02x.%d".formatted(2 + index / 8, index % 8);
  }

  private OpenRecord begin(String pod, String interfaceName, String device, ObjectNode facts) {
    facts.put("definition", "shop/data");
    facts.put(
        "config",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"data\",\"plugins\":[{\"type\":\"sriov\"}]}");
    facts.putObject("pod").put("namespace", "shop").put("name", pod);
    if (!device.isEmpty()) {
      facts.put(AttachmentRecord.DEVICE, device);
    }
    return journal.begin(
        new AttachmentKey(new ContainerId("box-" + pod), new InterfaceName(interfaceName)), facts);
  }

  private void attach(String pod, String interfaceName, String device) {
    ObjectNode facts = Json.object();
    facts.putObject("result").putArray("ips").addObject().put("address", "10.30.0.2/24");
    try (OpenRecord record = begin(pod, interfaceName, device, facts)) {
      record.done();
    }
  }

  private JsonNode read() {
    return TopologyJson.of(
        new TopologyReader(
                () -> new Node(Path.of("/"), Optional.empty(), BOOT),
                new Sysfs(sysfs.root()),
                journal::all)
            .read());
  }

  private static List<String> named(JsonNode topology, String kind) {
    List<String> names = new ArrayList<>();
    for (JsonNode part : topology.path("parts")) {
      if (part.path("kind").asText().equals(kind)) {
        names.add(part.path("name").asText());
      }
    }
    return names;
  }

  @Test
  void read_aCardOfWhichPodsHaveSome_tellsThoseAndCountsTheOthers() {
    attach("upf-0", "net1", function(7));

    JsonNode topology = read();

    assertEquals(List.of("VF 7"), named(topology, "function"));
    assertEquals(List.of("39 free"), named(topology, "rest"));
    JsonNode leg = topology.at("/pods/0/interfaces/0");
    assertEquals("shop/upf-0", topology.at("/pods/0/pod").asText());
    assertEquals("shop/data", leg.path("network").asText());
    assertEquals("pci:" + function(7), leg.path("on").asText());
    assertEquals("10.30.0.2/24", leg.at("/addresses/0").asText());
    assertEquals("sriov", topology.at("/networks/0/types/0").asText());
    assertTrue(leg.path("trouble").isMissingNode(), topology::toString);
  }

  @Test
  void read_moreFunctionsThanFit_areCounted() {
    for (int index = 0; index < 30; index++) {
      attach("upf-%02d".formatted(index), "net1", function(index));
    }

    JsonNode topology = read();

    assertEquals(24, named(topology, "function").size());
    assertEquals(List.of("6 more", "10 free"), named(topology, "rest"));
  }

  @Test
  void read_functionLentToAPodWithoutANetwork_isThePods() {
    ObjectNode facts = Json.object();
    facts.putArray(AttachmentRecord.LENT).add(function(0)).add(function(1));
    try (OpenRecord record = begin("dpdk", "net1", function(0), facts)) {
      record.done();
    }

    JsonNode topology = read();

    assertEquals(List.of("VF 0", "VF 1"), named(topology, "function"));
    JsonNode legs = topology.at("/pods/0/interfaces");
    assertEquals(2, legs.size(), legs::toString);
    assertEquals("device", legs.at("/1/interface").asText());
    assertEquals(function(1), legs.at("/1/device").asText());
  }

  @Test
  void read_attachmentUnderWay_isTrouble() {
    begin("upf-0", "net1", "", Json.object()); // stays open: its ADD goes on

    assertEquals("is being attached", read().at("/pods/0/interfaces/0/trouble").asText());
  }
}
