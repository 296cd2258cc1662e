package io.myriapod.agent.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.agent.socket.CniSocket;
import io.myriapod.agent.socket.RequestHandler;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.ErrorObject;
import io.myriapod.cni.json.Json;
import io.myriapod.deviceplugin.config.Finding;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.linux.Node;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions to an agent, to a node without one, and to a snapshot of that node. */
class DeviceClientTest {
  private static final String FIRST = "0000:01:10.0";
  private static final DeviceRequest LIST = new DeviceRequest.Listing(Optional.empty(), true);
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  @TempDir private Path root;
  private FakeSysfs tree;
  private AgentPaths paths;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Remarks remarks =
      new Remarks() {
        @Override
        public void note(String sentence) {
          notes.add(sentence);
        }

        @Override
        public void finding(Finding finding) {
          findings.add(finding);
        }
      };

  @BeforeEach
  void make() throws IOException {
    paths = new AgentPaths(root);
    tree = new FakeSysfs(root.resolve("sys")).driver("igbvf", "0x10ca");
    tree.physical("0000:01:00.0", 7).written("bus/pci/devices/0000:01:00.0/sriov_numvfs", "2");
    tree.directory("bus/pci/devices/0000:01:00.0/net/lo");
    write("etc/myriapod/config.yaml", "devicePlugin: {resourcePrefix: acme.org}\n");
    write(
        "etc/pcidp/config.json",
        """
        {"resourceList": [{"resourceName": "vfs", "selectors": {"drivers": ["igbvf"]}, "odd": 1}]}
        """);
  }

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.removeLast().close();
    }
  }

  private Path write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Node node() {
    return new Node(Path.of("/"), Optional.empty(), "boot1");
  }

  private ObjectNode ask(DeviceScope scope, DeviceRequest request) {
    return new DeviceClient(paths, DeviceClientTest::node, tree.root())
        .ask(scope, request, remarks);
  }

  private DeviceScope snapshot() {
    Path folder = root.resolve("snapshot");
    new NodeSnapshot(paths, node(), tree.root()).writeTo(folder, true);
    return new DeviceScope(Optional.empty(), Optional.of(folder), Optional.empty());
  }

  /** As an agent that has given it to a pod, and was killed. */
  private void held() {
    ObjectNode facts = NOTHING.deepCopy().put(AttachmentRecord.DEVICE, FIRST);
    facts.putObject("pod").put("namespace", "shop").put("name", "web");
    AttachmentKey key = new AttachmentKey(new ContainerId("pod1"), new InterfaceName("net1"));
    try (Journal journal =
            Journal.open(paths.journal(), "boot1", file -> () -> {}, PhaseListener.NONE);
        OpenRecord record = journal.begin(key, facts)) {
      record.done();
    }
  }

  @Test
  void ask_noAgent_readsKernelConfigurationAndJournal() {
    held();

    JsonNode answer = ask(DeviceScope.RUNNING, LIST);

    assertEquals("node", answer.path("source").asText());
    assertEquals("acme.org/vfs", answer.at("/pools/0/resource").asText());
    assertEquals(2, answer.at("/pools/0/healthy").asInt());
    assertEquals(1, answer.at("/pools/0/allocated").asInt());
    assertTrue(answer.at("/pools/0/registration").isMissingNode());
    assertEquals(FIRST, answer.at("/devices/1/id").asText());
    assertEquals("lo", answer.at("/devices/1/pf/interfaces/0").asText());
    assertEquals("shop/web", answer.at("/devices/1/holder/who").asText());
    assertTrue(notes.get(0).startsWith("no agent listens at " + paths.socket()), notes::toString);
    assertEquals("resourceList[0].odd", findings.get(0).place());
  }

  @Test
  void ask_noSection_hasNoPoolsAndSaysWhy() throws IOException {
    write("etc/myriapod/config.yaml", "queue: 7\n");

    JsonNode answer = ask(DeviceScope.RUNNING, LIST);

    assertEquals(0, answer.path("pools").size());
    assertEquals(3, answer.path("devices").size());
    assertTrue(notes.get(1).endsWith("has no section devicePlugin"), notes::toString);
  }

  @Test
  void ask_otherConfigurationForThisNode_takesItsPrefix() throws IOException {
    Path file =
        write("new.json", "{\"resourceList\": [{\"resourceName\": \"all\", \"selectors\": {}}]}");

    JsonNode answer =
        ask(new DeviceScope(Optional.of(file), Optional.empty(), Optional.empty()), LIST);

    assertEquals("acme.org/all", answer.at("/pools/0/resource").asText());
    assertEquals(List.of(), notes);
  }

  @Test
  void ask_snapshot_answersAsTheNodeDoes() throws IOException {
    held();
    DeviceScope scope = snapshot();
    List<JsonNode> live = new ArrayList<>();
    List<JsonNode> stored = new ArrayList<>();
    List<DeviceRequest> requests =
        List.of(LIST, new DeviceRequest.Explanation(FIRST), new DeviceRequest.Explanation("lo"));

    requests.forEach(request -> live.add(ask(DeviceScope.RUNNING, request).put("source", "tree")));
    Files.delete(root.resolve("etc/myriapod/config.yaml"));
    Files.delete(root.resolve("etc/pcidp/config.json"));
    requests.forEach(request -> stored.add(ask(scope, request)));

    assertEquals(live, stored);
    assertEquals("shop/web", stored.get(0).at("/devices/1/holder/who").asText());
  }

  @Test
  void ask_tree_looksAtNothingOfThisNode() {
    held();
    DeviceScope scope =
        new DeviceScope(Optional.empty(), Optional.of(tree.root()), Optional.empty());

    JsonNode answer =
        new DeviceClient(
                paths,
                () -> {
                  throw new AssertionError("asked for this node");
                },
                Path.of("/absent"))
            .ask(scope, LIST, remarks);

    assertEquals(0, answer.path("pools").size());
    assertFalse(answer.at("/devices/1").has("holder"));
    assertTrue(notes.get(0).contains("is no snapshot"), notes::toString);
  }

  /** The socket is a real one. */
  private void listen(RequestHandler handler) throws IOException {
    open.add(CniSocket.listen(paths.socket(), handler));
  }

  /** What is behind the socket answers as the agent does. */
  private void agent() throws IOException {
    Journal journal = Journal.open(paths.journal(), "boot1", file -> () -> {}, PhaseListener.NONE);
    open.add(journal);
    DeviceService service = service(journal);
    listen(
        (request, exchange) -> {
          try {
            DeviceRequest asked = DeviceRequest.of(request.command(), request.stdin());
            exchange.reply(0, Json.bytes(service.answer(asked)));
          } catch (CniException e) {
            exchange.reply(1, bytes(ErrorObject.encode(e, "1.1.0").toString()));
          }
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private DeviceService service(Journal journal) {
    return new DeviceService(
        node(),
        journal,
        new Places(tree.root(), root.resolve("dev"), root.resolve("run")),
        paths,
        AgentConfig.read(paths.config()).devicePlugin(),
        () -> {
          throw new AssertionError("nothing is started");
        },
        new AgentMetrics());
  }

  @Test
  void ask_agentThatOffersNothing_answersWithoutPools() throws IOException {
    write("etc/myriapod/config.yaml", "queue: 7\n");
    held();
    agent();

    JsonNode answer = ask(DeviceScope.RUNNING, LIST);

    assertEquals("agent", answer.path("source").asText());
    assertEquals(0, answer.path("pools").size());
    assertEquals("shop/web", answer.at("/devices/1/holder/who").asText());
    assertEquals(List.of(), notes);
    CniException unknown =
        assertThrows(
            CniException.class,
            () -> ask(DeviceScope.RUNNING, new DeviceRequest.Explanation("nope")));
    assertEquals(ErrorCode.DEVICE_NOT_FOUND, unknown.code());
    assertTrue(unknown.getMessage().startsWith("explain device \"nope\": "));
  }

  @Test
  void ask_agentThatHasNotBegun_isToBeAskedAgain() throws IOException {
    agent();

    CniException refusal = assertThrows(CniException.class, () -> ask(DeviceScope.RUNNING, LIST));

    assertEquals(ErrorCode.TRY_AGAIN_LATER, refusal.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"pools\":", "\0"})
  void ask_agentAnswersNonsense_saysSo(String nonsense) throws IOException {
    listen((request, exchange) -> exchange.reply(0, bytes(nonsense)));

    CniException refusal = assertThrows(CniException.class, () -> ask(DeviceScope.RUNNING, LIST));

    assertTrue(refusal.getMessage().startsWith("read the agent's answer: "), refusal::getMessage);
  }

  @Test
  void snapshot_withConfigThatIsNotThere_isRefusedBeforeAnythingIsWritten() throws IOException {
    Files.delete(root.resolve("etc/pcidp/config.json"));

    CniException refusal = assertThrows(CniException.class, this::snapshot);

    assertTrue(refusal.getMessage().endsWith("config.json is not there"), refusal::getMessage);
    assertFalse(Files.exists(root.resolve("snapshot")));
  }

  @Test
  void snapshot_poolsInTheAgentsConfiguration_areTakenAsAFile() throws IOException {
    write(
        "etc/myriapod/config.yaml",
        "devicePlugin: {resourceList: [{resourceName: inline, selectors: {drivers: [igbvf]}}]}\n");

    JsonNode answer = ask(snapshot(), LIST);

    assertEquals("intel.com/inline", answer.at("/pools/0/resource").asText());
    assertEquals(2, answer.at("/pools/0/devices").asInt());
  }
}
