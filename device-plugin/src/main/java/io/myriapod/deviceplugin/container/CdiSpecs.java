package io.myriapod.deviceplugin.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.container.ContainerGrant.Node;
import io.myriapod.kubernetes.file.AtomicFile;
import io.myriapod.types.DeviceId;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Device files as the container runtime finds them by name: one file for each pool, which says what
 * each of its devices brings along. Container Device Interface 0.5.0, the first version with all
 * that stands here.
 *
 * <p>The kubelet remembers what it was answered; a name stays true when a number behind it changes.
 * Safe for use by many threads.
 */
public final class CdiSpecs {
  /** Where container runtimes look for files that come and go. */
  public static final Path FOLDER = Path.of("/var/run/cdi");

  private static final Logger LOG = LoggerFactory.getLogger(CdiSpecs.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String VERSION = "0.5.0";
  private static final int MOST_BYTES = 3 * 1024 * 1024;

  /** Of one that others left, for a thousand devices: a text of 3 MiB takes YAML half a minute. */
  private static final int MOST_FOREIGN_BYTES = 512 * 1024;

  private static final Set<PosixFilePermission> ALL_READ =
      PosixFilePermissions.fromString("rw-r--r--");

  private final Path folder;
  private final Grants grants;

  /**
   * @param folder {@link #FOLDER}, or what stands for it
   */
  public CdiSpecs(Path folder, Grants grants) {
    this.folder = folder;
    this.grants = grants;
  }

  /**
   * Devices of one pool for one container, by name; the pool's file is brought up to date before.
   * The names are given in both ways that there are: the newer field, and the annotation for
   * kubelets before 1.29. A runtime that knows both takes a name once.
   *
   * @param all as for {@link #publish}
   * @throws GrantException naming the device and what is not there
   * @throws IOException if the pool's file cannot be written
   */
  public ContainerGrant grant(
      PoolConfig pool, Collection<GrantedDevice> devices, Collection<GrantedDevice> all)
      throws IOException {
    CdiKind kind = CdiKind.of(pool);
    ContainerGrant direct = grants.grant(pool, devices);
    for (GrantedDevice device : devices) {
      if (!CdiKind.canName(device.id())) {
        throw new GrantException(device.id(), "CDI has no such names", "do without CDI");
      }
    }
    Set<DeviceId> named = publish(pool, all);
    List<String> names =
        devices.stream()
            .map(GrantedDevice::id)
            .filter(named::contains)
            .sorted(Comparator.comparing(DeviceId::value))
            .map(kind::nameOf)
            .toList();
    return new ContainerGrant(
        direct.environment(),
        List.of(),
        names.isEmpty() ? Map.of() : Map.of(kind.annotation(), String.join(",", names)),
        names);
  }

  /**
   * Brings the pool's file up to date. A device that brings nothing along, or lacks something now,
   * is not in it.
   *
   * @param all the devices that the pool offers, and those of it that pods have though it offers
   *     them no more: their containers may start again
   * @return the devices that are in it
   * @throws IllegalArgumentException if CDI has no name for such a resource
   * @throws IOException if it cannot be written
   */
  public synchronized Set<DeviceId> publish(PoolConfig pool, Collection<GrantedDevice> all)
      throws IOException {
    CdiKind kind = CdiKind.of(pool);
    SortedMap<DeviceId, List<Node>> nodes = nodesOf(pool, all);
    removeConflicting(kind, nodes.keySet());
    Path file = folder.resolve(kind.fileName());
    if (nodes.isEmpty()) {
      Files.deleteIfExists(file);
      return Set.of();
    }
    byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(spec(kind.kind(), nodes));
    if (!isThere(file, text)) {
      AtomicFile.write(file, text, ALL_READ);
    }
    return Set.copyOf(nodes.keySet());
  }

  /** Removes the file of a pool of which no pod has a device any more. */
  public synchronized void remove(PoolConfig pool) throws IOException {
    Files.deleteIfExists(folder.resolve(CdiKind.of(pool).fileName()));
  }

  /**
   * Removes the files of other pools than these, unless pods still have devices of them.
   *
   * @param held whether a pod has the device: its containers may start again
   */
  public synchronized void removeAllBut(Collection<PoolConfig> pools, Predicate<DeviceId> held)
      throws IOException {
    Set<String> kept =
        pools.stream().map(pool -> CdiKind.of(pool).fileName()).collect(Collectors.toSet());
    for (Path file : files(".json")) {
      boolean needed = namedIn(file, any -> true).stream().anyMatch(held);
      if (!needed && !kept.contains(file.getFileName().toString())) {
        Files.deleteIfExists(file);
      }
    }
  }

  private SortedMap<DeviceId, List<Node>> nodesOf(PoolConfig pool, Collection<GrantedDevice> all) {
    SortedMap<DeviceId, List<Node>> nodes = new TreeMap<>(Comparator.comparing(DeviceId::value));
    for (GrantedDevice device : all) {
      try {
        List<Node> own = grants.nodesOf(pool, device);
        // a device without edits makes the whole file invalid
        if (!own.isEmpty() && CdiKind.canName(device.id())) {
          nodes.put(device.id(), own);
        }
      } catch (GrantException e) {
        LOG.debug("CDI leaves out a device of {}: {}", pool.resource(), e.getMessage());
      }
    }
    return nodes;
  }

  private static ObjectNode spec(String kind, SortedMap<DeviceId, List<Node>> nodesByDevice) {
    ObjectNode spec = JSON.createObjectNode().put("cdiVersion", VERSION).put("kind", kind);
    ArrayNode devices = spec.putArray("devices");
    nodesByDevice.forEach(
        (id, nodes) -> {
          ArrayNode edits =
              devices
                  .addObject()
                  .put("name", id.value())
                  .putObject("containerEdits")
                  .putArray("deviceNodes");
          nodes.forEach(node -> put(node, edits.addObject()));
        });
    return spec;
  }

  private static void put(Node node, ObjectNode edit) {
    edit.put("path", node.container());
    if (!node.host().equals(node.container())) {
      edit.put("hostPath", node.host());
    }
    edit.put("permissions", Node.PERMISSIONS);
  }

  private static boolean isThere(Path file, byte[] text) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == text.length
        && Arrays.equals(Files.readAllBytes(file), text);
  }

  /**
   * What the SR-IOV network device plugin has left, if it names one of these devices: of a device
   * that two files have the runtime gives neither.
   */
  private void removeConflicting(CdiKind kind, Set<DeviceId> devices) throws IOException {
    for (Path file : files(".yaml")) {
      if (Files.size(file) > MOST_FOREIGN_BYTES) {
        LOG.warn("CDI file {} is passed over: it is too long for one", file);
      } else if (names(file, kind, devices)) {
        Files.deleteIfExists(file);
        LOG.info("removed {}: another device plugin has left it for {}", file, kind.kind());
      }
    }
  }

  private static boolean names(Path file, CdiKind kind, Set<DeviceId> devices) {
    return namedIn(file, kind.kind()::equals).stream().anyMatch(devices::contains);
  }

  /** The devices that a file names, if it is of such a kind. */
  private static List<DeviceId> namedIn(Path file, Predicate<String> kinds) {
    JsonNode spec;
    try (InputStream in = Files.newInputStream(file)) {
      spec = YAML.readTree(in.readNBytes(MOST_BYTES));
    } catch (IOException e) {
      LOG.warn("CDI file {} is passed over: {}", file, Quoted.oneLine(e.toString(), 300));
      return List.of();
    }
    List<DeviceId> named = new ArrayList<>();
    if (kinds.test(spec.path("kind").asText())) {
      spec.path("devices")
          .forEach(device -> DeviceId.of(device.path("name").asText()).ifPresent(named::add));
    }
    return named;
  }

  private List<Path> files(String end) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(CdiKind.FILES))
          .filter(file -> file.getFileName().toString().endsWith(end))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
