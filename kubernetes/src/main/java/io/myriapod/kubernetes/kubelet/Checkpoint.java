package io.myriapod.kubernetes.kubelet;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.kubernetes.device.DeviceGrants.Share;
import io.myriapod.types.DeviceId;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The file in which the kubelet's device manager keeps what it has given, {@code
 * device-plugins/kubelet_internal_checkpoint}. It is written before the pod's sandbox is made, and
 * is the only source of a kubelet without PodResources. kubelet's checkpoint.go.
 *
 * <p>Pods are in it by their uids alone. Their containers have no order there: it is by their
 * names, so that it is the same at each reading. The checksum is one over Go's printing of its
 * types and is not looked at; the kubelet replaces the file as a whole.
 */
final class Checkpoint implements Allocations {
  private static final int MOST_BYTES = 4 << 20;
  private static final int SHOWN = 300;
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(Content.class);

  private final Path file;
  private final Map<String, List<Share>> byUid = new HashMap<>();
  private final Map<String, Set<DeviceId>> pools = new HashMap<>();

  private record Content(@JsonProperty("Data") Kept kept) {}

  /** Go writes a list or a map that was never made as {@code null}. */
  private record Kept(
      @JsonProperty("PodDeviceEntries") List<Entry> entries,
      @JsonProperty("RegisteredDevices") Map<String, List<String>> registered) {}

  /**
   * @param devices lists by NUMA node; one list before 1.20
   */
  private record Entry(
      @JsonProperty("PodUID") String uid,
      @JsonProperty("ContainerName") String container,
      @JsonProperty("ResourceName") String resource,
      @JsonProperty("DeviceIDs") JsonNode devices) {}

  private Checkpoint(Path file) {
    this.file = file;
  }

  /**
   * What the file says; empty if there is none.
   *
   * @throws ClusterException if it is longer than 4 MiB, no file, cannot be read or is none
   */
  static Optional<Checkpoint> read(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw broken(file, "it is no file"); // to open a FIFO takes as long as nobody writes to it
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(new Checkpoint(file).with(in.readNBytes(MOST_BYTES + 1)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw broken(file, "it is none: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw broken(file, e.toString());
    }
  }

  private Checkpoint with(byte[] bytes) throws IOException {
    if (bytes.length > MOST_BYTES) {
      throw broken(file, "it is longer than %d bytes".formatted(MOST_BYTES));
    }
    Content content = JSON.readValue(bytes);
    if (content == null || content.kept() == null) {
      throw broken(file, "it is none: it has no \"Data\"");
    }
    orEmpty(content.kept().entries()).forEach(this::add);
    byUid.values().forEach(shares -> shares.sort(Comparator.comparing(Share::container)));
    Optional.ofNullable(content.kept().registered()).orElse(Map.of()).forEach(this::register);
    return this;
  }

  private void add(Entry entry) {
    if (entry == null
        || entry.uid() == null
        || entry.container() == null
        || entry.resource() == null) {
      throw broken(file, "an entry of it lacks PodUID, ContainerName or ResourceName");
    }
    List<String> ids = ids(entry.devices());
    byUid
        .computeIfAbsent(entry.uid(), uid -> new ArrayList<>())
        .add(Share.of(entry.container(), entry.resource(), ids));
    register(entry.resource(), ids);
  }

  /** The list, or all lists by NUMA node. */
  private List<String> ids(JsonNode devices) {
    List<String> ids = new ArrayList<>();
    for (JsonNode list : devices.isObject() ? devices : List.of(devices)) {
      if (!list.isArray() && !list.isNull()) {
        throw broken(file, "DeviceIDs of an entry is " + devices);
      }
      for (JsonNode id : list) {
        if (!id.isTextual()) {
          throw broken(file, "DeviceIDs of an entry is " + devices);
        }
        ids.add(id.asText());
      }
    }
    return ids;
  }

  private void register(String resource, List<String> listed) {
    List<String> ids = orEmpty(listed);
    if (ids.stream().anyMatch(Objects::isNull)) {
      throw broken(file, "a device of %s is null".formatted(Quoted.shortened(resource)));
    }
    pools.computeIfAbsent(resource, name -> new HashSet<>()).addAll(DeviceGrants.ids(ids));
  }

  private static <T> List<T> orEmpty(List<T> list) {
    return Optional.ofNullable(list).orElse(List.of());
  }

  private static ClusterException broken(Path file, String finding) {
    return new ClusterException(
        "read the kubelet's checkpoint %s: %s".formatted(file, Quoted.oneLine(finding, SHOWN)));
  }

  @Override
  public List<Share> of(PodRef pod) {
    String uid =
        pod.uid()
            .orElseThrow(
                () ->
                    new ClusterException(
                        "find pod \"%s\" in the kubelet's checkpoint %s: it knows pods by their uids,"
                                .formatted(pod, file)
                            + " and CNI_ARGS has no K8S_POD_UID"));
    return byUid.getOrDefault(uid, List.of());
  }

  /** Those that were registered when the file was written, and those that pods have. */
  @Override
  public Map<String, Set<DeviceId>> pools() {
    return pools;
  }
}
