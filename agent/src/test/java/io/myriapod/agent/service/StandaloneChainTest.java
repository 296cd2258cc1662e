package io.myriapod.agent.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.sandbox.NamespaceCheck;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.Node;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains of which a runtime calls each plugin by its own name. */
class StandaloneChainTest {
  @TempDir Path folder;

  /** What the plugins have made and nobody has undone. */
  private final Set<String> things = new TreeSet<>();

  /** DELs that plugins had to do without the journal. */
  private final List<String> deletes = new ArrayList<>();

  private Journal journal;
  private StandalonePlugins standalone;

  @BeforeEach
  void open() {
    journal = Journal.open(folder, "boot1", file -> () -> {}, PhaseListener.NONE);
    Node node = new Node(Path.of("/"), Optional.empty(), "boot1");
    InverseHandler undoing =
        batch -> {
          batch.forEach(one -> things.remove(one.inverse().data().get("thing").asText()));
          return Map.of();
        };
    standalone =
        new StandalonePlugins(
            journal,
            new Undo(journal, Map.of("thing", undoing)),
            new NamespaceCheck(node),
            (config, result) -> true);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  /** Makes a thing named by its configuration; fails after that if told to. */
  private final class Maker implements Plugin {
    private final String type;

    Maker(String type) {
      this.type = type;
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public void validate(PluginRequest request) {}

    @Override
    public CniResult add(PluginRequest request) {
      String thing = request.config().json().path("thing").asText();
      UndoClass undoClass = request.prevResult().isPresent() ? UndoClass.SETTING : UndoClass.LINK;
      try (OpenRecord record =
          journal.begin(Operations.keyOf(request), JsonNodeFactory.instance.objectNode())) {
        record.will(
            new Inverse(
                "thing", undoClass, JsonNodeFactory.instance.objectNode().put("thing", thing)));
        things.add(thing);
        if (thing.startsWith("bad")) {
          throw new IllegalStateException(thing);
        }
        record.done();
      }
      return CniResult.empty();
    }

    @Override
    public void check(PluginRequest request) {}

    @Override
    public void delete(PluginRequest request) {
      deletes.add(type);
    }

    @Override
    public void gc(GcRequest request) {}

    @Override
    public void status(StatusRequest request) {}
  }

  private Plugin plugin(String type) {
    return standalone.of(new Maker(type));
  }

  private static NetworkConfig config(String type, String thing) {
    String json =
        "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"type\":\"%s\",\"thing\":\"%s\"}"
            .formatted(type, thing);
    return NetworkConfig.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static PluginRequest request(String type, String thing, Optional<CniResult> prevResult) {
    return new PluginRequest(
        new ContainerId("box"),
        new InterfaceName("net1"),
        Optional.empty(),
        CniArgs.parse(""),
        config(type, thing),
        prevResult,
        Deadline.in(Duration.ofSeconds(10)),
        List.of());
  }

  private void main(String type, String thing) {
    plugin(type).add(request(type, thing, Optional.empty()));
  }

  private void chained(String type, String thing) {
    plugin(type).add(request(type, thing, Optional.of(CniResult.empty())));
  }

  private void delete(String type, String thing) {
    plugin(type).delete(request(type, thing, Optional.of(CniResult.empty())));
  }

  private void collect(String type) {
    collect(type, "");
  }

  private void collect(String type, String thing) {
    plugin(type)
        .gc(
            new GcRequest(
                config(type, thing),
                Set.of(),
                Deadline.in(Duration.ofSeconds(10)),
                List.of(),
                CallerEnvironment.none()));
  }

  private static void assertAttachedAlready(Runnable add) {
    assertEquals(109, assertThrows(CniException.class, add::run).code());
  }

  @Test
  void delete_inReverse_undoesThatPluginsStepsAlone() {
    main("bridge", "link");
    chained("tuning", "mtu");
    chained("sbr", "rule");
    assertEquals(Set.of("link", "mtu", "rule"), things);

    delete("sbr", "rule");
    assertEquals(Set.of("link", "mtu"), things);
    delete("sbr", "rule");
    assertEquals(List.of("sbr"), deletes);
    delete("tuning", "mtu");
    assertEquals(Set.of("link"), things);
    delete("bridge", "link");
    assertEquals(List.of(), journal.all());
  }

  @Test
  void delete_ofTheFirst_undoesAll() {
    main("bridge", "link");
    chained("tuning", "mtu");

    delete("bridge", "link");

    assertEquals(Set.of(), things);
    assertEquals(List.of(), journal.all());
  }

  @Test
  void add_behindAForeignMain_isUndoneByItsOwnDel() {
    chained("tuning", "mtu");
    chained("sbr", "rule");

    delete("sbr", "rule");
    assertEquals(Set.of("mtu"), things);
    delete("tuning", "mtu");
    assertEquals(List.of(), journal.all());
  }

  @Test
  void add_again_isRefused() {
    main("bridge", "link");
    chained("tuning", "mtu");

    assertAttachedAlready(() -> main("bridge", "link"));
    assertAttachedAlready(() -> chained("tuning", "mtu"));
    assertEquals(Set.of("link", "mtu"), things);
  }

  @Test
  void add_sameTypeTwiceInTheChain_isTwoParts() {
    main("bridge", "link");
    chained("tuning", "one");
    chained("tuning", "two");

    delete("tuning", "one");
    assertEquals(Set.of("link", "two"), things);
    delete("tuning", "edited since");
    assertEquals(Set.of("link"), things);
  }

  @Test
  void add_chainedFails_leavesWhatWasThere() {
    main("bridge", "link");
    assertThrows(IllegalStateException.class, () -> chained("tuning", "bad"));

    assertEquals(Set.of("link"), things);
    chained("tuning", "mtu");
    assertEquals(2, journal.all().size());
  }

  @Test
  void gc_ofTheFirst_undoesItsParts() {
    main("bridge", "link");
    chained("tuning", "mtu");

    collect("bridge");

    assertEquals(Set.of(), things);
    assertEquals(List.of(), journal.all());
  }

  @Test
  void gc_ofAChained_undoesItsPartAlone() {
    main("bridge", "link");
    chained("tuning", "mtu");

    collect("tuning", "mtu");

    assertEquals(Set.of("link"), things);
  }

  @Test
  void gc_ofAChainedOfAnotherNetworkOfThatName_leavesItsPart() {
    main("bridge", "link");
    chained("tuning", "mtu");

    collect("tuning", "queue");

    assertEquals(Set.of("link", "mtu"), things);
  }

  @Test
  void gc_whileAPartIsAdded_leavesAllOfIt() {
    main("bridge", "link");
    AttachmentRecord first = journal.all().get(0);
    try (OpenRecord part =
        journal.beginPart(first.key(), "tuning", JsonNodeFactory.instance.objectNode())) {
      collect("bridge");
      part.done();
    }
    assertEquals(Set.of("link"), things);
  }
}
