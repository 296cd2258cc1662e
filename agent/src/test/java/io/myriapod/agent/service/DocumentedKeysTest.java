package io.myriapod.agent.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.inspection.PluginReaders;
import io.myriapod.agent.undo.ForeignIpamJournal;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.chain.DelegatedIpam;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.TakesDevice;
import io.myriapod.fixtures.node.DocumentedKeys;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.ConflictListener;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.journal.Journal;
import io.myriapod.journal.PhaseListener;
import io.myriapod.linux.Node;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tables of docs/plugins.md are what the plugins read. The pod's namespace that every request
 * names is not there, so validation ends where it would look at the kernel.
 */
class DocumentedKeysTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<JsonNode> WRONG =
      List.of(
          JSON.textNode("\u00a7"),
          JSON.numberNode(7.5),
          JSON.booleanNode(true),
          JSON.objectNode().put("odd", 1));

  /** Where keys stand that any plugin may read, by itself or by its address management. */
  private static final List<String> SHARED = List.of(DocumentedKeys.COMMON, "host-local", "static");

  private static final Set<Integer> REFUSED =
      Set.of(ErrorCode.INVALID_CONFIG, ErrorCode.UNSUPPORTED_FIELD);

  @TempDir Path folder;

  private Journal journal;
  private LinkAddressing addressing;
  private List<Plugin> plugins;

  @BeforeEach
  void open() {
    Node node = new Node(Path.of("/"), Optional.empty(), "boot1");
    journal = Journal.open(folder, "boot1", file -> () -> {}, PhaseListener.NONE);
    Launcher launcher =
        (program, environment, stdin, deadline) -> {
          throw new AssertionError("nothing is executed here");
        };
    Ipam ipam = new Ipam(folder, new DelegatedIpam(launcher, new ForeignIpamJournal(journal)));
    addressing = new LinkAddressing(ConflictListener.NONE);
    plugins =
        new Builtins(
                node,
                journal,
                ipam,
                addressing,
                folder,
                new ReentrantLock(),
                (holder, patience) -> {},
                KernelTrees.places())
            .plugins();
  }

  @AfterEach
  void close() {
    addressing.close();
    journal.close();
  }

  @Test
  void sections_areThoseOfTheBuiltInPlugins() {
    List<String> titles = DocumentedKeys.all().stream().map(DocumentedKeys::title).toList();
    assertEquals(DocumentedKeys.COMMON, titles.get(0));
    Set<String> missing = plugins.stream().map(Plugin::type).collect(Collectors.toSet());
    missing.removeAll(titles);
    assertEquals(Set.of(), missing, "plugins without a section");
  }

  /** What commands without a node say of configurations is what the plugins say. */
  @Test
  void readers_areThoseOfTheBuiltInPlugins() {
    assertEquals(
        plugins.stream().map(Plugin::type).collect(Collectors.toSet()), PluginReaders.types());
    for (Plugin plugin : plugins) {
      assertEquals(
          plugin instanceof TakesDevice, PluginReaders.takesDevice(plugin.type()), plugin.type());
    }
  }

  @Test
  void keys_ofThePage_areReadAndRefusedByName() {
    List<String> silent = new ArrayList<>();
    for (Plugin plugin : plugins) {
      for (String path : DocumentedKeys.of(plugin.type()).paths()) {
        boolean refused =
            configs(plugin).stream()
                .flatMap(
                    config -> WRONG.stream().map(one -> DocumentedKeys.with(config, path, one)))
                .anyMatch(config -> isRefusedNaming(path, plugin, NetworkConfig.of(config)));
        if (!refused) {
          silent.add(plugin.type() + ": " + path);
        }
      }
    }
    assertEquals(List.of(), silent, "keys that may have any value");
  }

  @Test
  void keys_thatAPluginReads_areOnThePage() {
    Set<String> undocumented = new TreeSet<>();
    for (Plugin plugin : plugins) {
      DocumentedKeys documented = DocumentedKeys.of(plugin.type());
      for (ObjectNode example : configs(plugin)) {
        for (String path : documented.paths()) {
          NetworkConfig config = NetworkConfig.of(DocumentedKeys.with(example, path, WRONG.get(0)));
          validate(plugin, config);
          config.root().asked().stream()
              .filter(key -> !documented.mentions(key) && !isCommonOrAround(key, documented))
              .forEach(key -> undocumented.add(plugin.type() + ": " + key));
        }
      }
    }
    assertEquals(Set.of(), undocumented, "keys that are read and not on the page");
  }

  @Test
  void examples_ofThePage_areReadWhole() {
    for (Plugin plugin : plugins) {
      assertFalse(configs(plugin).isEmpty(), () -> "no example of " + plugin.type());
      for (ObjectNode example : configs(plugin)) {
        NetworkConfig config = NetworkConfig.of(example.put("strict", true));
        Optional<CniException> finding = validate(plugin, config);
        boolean keyIsWrong = finding.filter(e -> REFUSED.contains(e.code())).isPresent();
        assertTrue(!keyIsWrong, () -> plugin.type() + ": " + finding);
      }
    }
  }

  /** It is one that all plugins share, what one of the page is in, or a name in a free map. */
  private static boolean isCommonOrAround(String key, DocumentedKeys documented) {
    Set<String> all = new HashSet<>(documented.paths());
    SHARED.forEach(title -> all.addAll(DocumentedKeys.of(title).paths()));
    return all.stream()
        .map(DocumentedKeysTest::plain)
        .anyMatch(
            path ->
                path.equals(plain(key))
                    || path.startsWith(plain(key) + ".")
                    || (key.startsWith(path + ".") && isFreeMap(path, all)));
  }

  private static boolean isFreeMap(String path, Set<String> all) {
    return all.stream().noneMatch(other -> plain(other).startsWith(path + "."));
  }

  private static String plain(String key) {
    return key.replace("[]", "");
  }

  private static boolean isRefusedNaming(String path, Plugin plugin, NetworkConfig config) {
    return validate(plugin, config)
        .filter(e -> REFUSED.contains(e.code()))
        .map(e -> e.getMessage().replaceAll("\\[\\d+]", "[]"))
        .filter(message -> message.contains(path))
        .isPresent();
  }

  private static Optional<CniException> validate(Plugin plugin, NetworkConfig config) {
    try {
      plugin.validate(
          new PluginRequest(
              new ContainerId("box"),
              new InterfaceName(plugin.type().equals("loopback") ? "lo" : "net1"),
              Optional.of(Path.of("/run/netns/absent")),
              CniArgs.empty(),
              config,
              Optional.empty(),
              Deadline.in(Duration.ofSeconds(10)),
              List.of()));
      return Optional.empty();
    } catch (CniException e) {
      return Optional.of(e);
    }
  }

  /** The page's examples; those of address management as the {@code ipam} of a macvlan. */
  private static List<ObjectNode> configs(Plugin plugin) {
    return DocumentedKeys.of(plugin.type()).examples().stream()
        .map(example -> plugin instanceof IpamAlone ? macvlanWith(example) : example)
        .map(example -> example.has("plugins") ? memberOf(example, plugin.type()) : example)
        .map(example -> example.put("cniVersion", "1.1.0").put("name", "documented"))
        .toList();
  }

  private static ObjectNode memberOf(ObjectNode list, String type) {
    for (JsonNode member : list.path("plugins")) {
      if (member.path("type").asText().equals(type)) {
        return (ObjectNode) member;
      }
    }
    throw new AssertionError("no " + type + " in " + list);
  }

  private static ObjectNode macvlanWith(ObjectNode ipam) {
    return JSON.objectNode().put("type", "macvlan").set("ipam", ipam);
  }
}
