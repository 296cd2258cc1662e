package io.myriapod.kubernetes.device;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.kubernetes.file.AtomicFile;
import io.myriapod.types.ContainerId;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files by which device plugins and CNI plugins tell what a device is. Device Information
 * Specification 1.1.0: one JSON object each, with {@code type}, {@code version} and what the type
 * demands.
 *
 * <p>A file that is none is told in the log and taken for absent: it is for information alone.
 */
public final class DeviceInfoFiles {
  /** Where the specification has them on a node. */
  public static final Path FOLDER = Path.of("/var/run/k8s.cni.cncf.io/devinfo");

  /** Of the specification. */
  public static final String VERSION = "1.1.0";

  private static final Logger LOG = LoggerFactory.getLogger(DeviceInfoFiles.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int MOST_BYTES = 64 * 1024;
  private static final String END_OF_NAME = "-device.json";
  private static final Set<PosixFilePermission> ALL_READ =
      PosixFilePermissions.fromString("r--r--r--");
  private static final Set<PosixFilePermission> ALL_ENTER =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Pattern FILE_NAME = Pattern.compile("[!-.0-~]{3,255}");

  private final Path folder;

  /**
   * @param folder {@link #FOLDER}, or what stands for it
   */
  public DeviceInfoFiles(Path folder) {
    this.folder = folder;
  }

  /** What the device plugin of that resource says of the device, if it says anything. */
  public Optional<ObjectNode> ofPool(String resource, DeviceId device) {
    return read(fileOfPool(resource, device));
  }

  /** The file of the device plugin about a device of that resource. */
  public Path fileOfPool(String resource, DeviceId device) {
    return folderOfPools().resolve(fileName(resource + "-" + device + END_OF_NAME));
  }

  /** The files of all device plugins of the node, by name; none if there is no folder. */
  public List<Path> filesOfPools() throws IOException {
    try (Stream<Path> files = Files.list(folderOfPools())) {
      return files.filter(file -> file.toString().endsWith(END_OF_NAME)).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /**
   * The devices that a file can be about, if its resource has one of the prefixes; several, since
   * both a resource and an id may have dashes.
   */
  public static List<DeviceId> devicesOf(Path fileOfPool, Collection<String> prefixes) {
    String name = fileOfPool.getFileName().toString();
    if (prefixes.stream().noneMatch(prefix -> name.startsWith(prefix + "-"))) {
      return List.of();
    }
    String stem = name.substring(0, name.length() - END_OF_NAME.length());
    return IntStream.range(0, stem.length())
        .filter(at -> stem.charAt(at) == '-')
        .mapToObj(at -> stem.substring(at + 1))
        .flatMap(id -> DeviceId.of(id).stream())
        .toList();
  }

  /**
   * Has the device plugin's file say that, whatever it said, to everybody who reads.
   *
   * @throws IOException if it cannot be written
   */
  public void writeOfPool(String resource, DeviceId device, ObjectNode info) throws IOException {
    Path folder = folderOfPools();
    Files.createDirectories(folder);
    if (!Files.getPosixFilePermissions(folder).containsAll(ALL_ENTER)) {
      // the library that other device plugins use makes it without any permission
      Files.setPosixFilePermissions(folder, ALL_ENTER);
    }
    AtomicFile.write(fileOfPool(resource, device), JSON.writeValueAsBytes(info), ALL_READ);
  }

  private Path folderOfPools() {
    return folder.resolve("dp");
  }

  /** The file of one attachment, which plugins of that network may read and write. */
  public Path ofAttachment(String network, ContainerId container, InterfaceName name) {
    String file = "%s-%s_%s".formatted(network, container, name);
    return folder.resolve("cni").resolve(fileName(file));
  }

  /** One name of a file, whatever the text; what can be none becomes another, each its own. */
  private static String fileName(String text) {
    String flat = text.replace('/', '-');
    return FILE_NAME.matcher(flat).matches()
        ? flat
        : UUID.nameUUIDFromBytes(flat.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** What the file says; empty if it is not there. */
  public Optional<ObjectNode> read(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return ignored(file, "it is no regular file");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return parsed(file, in.readNBytes(MOST_BYTES + 1));
    } catch (JsonProcessingException e) {
      return ignored(file, "it is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      return ignored(file, e.toString());
    }
  }

  private static Optional<ObjectNode> parsed(Path file, byte[] bytes) throws IOException {
    if (bytes.length > MOST_BYTES) {
      return ignored(file, "it is longer than %d bytes".formatted(MOST_BYTES));
    }
    JsonNode json = JSON.readTree(bytes);
    if (json instanceof ObjectNode info
        && info.path("type").isTextual()
        && info.path("version").isTextual()) {
      return Optional.of(info);
    }
    return ignored(file, "it is no object with texts \"type\" and \"version\"");
  }

  private static Optional<ObjectNode> ignored(Path file, String finding) {
    LOG.warn("device information {} is left out: {}", file, Quoted.oneLine(finding, 300));
    return Optional.empty();
  }

  /**
   * Has the file say that, whatever it said.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file, ObjectNode info) throws IOException {
    AtomicFile.write(file, JSON.writeValueAsBytes(info));
  }

  /**
   * The file is gone, if it was there.
   *
   * @throws IOException if it stays
   */
  public static void remove(Path file) throws IOException {
    Files.deleteIfExists(file);
  }
}
