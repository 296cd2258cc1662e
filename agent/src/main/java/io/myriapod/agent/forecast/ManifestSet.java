package io.myriapod.agent.forecast;

import io.myriapod.agent.inspection.ConfigFiles;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.directory.PlacedManifests;
import io.myriapod.kubernetes.directory.PlacedObject;
import io.myriapod.kubernetes.directory.UnreadableManifestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects of some files, and where each network is defined. */
public final class ManifestSet {
  private final List<PlacedObject> objects = new ArrayList<>();
  private final Map<String, String> places = new HashMap<>();

  private ManifestSet() {}

  /**
   * Of these files and of those in these folders.
   *
   * @param namespace of objects that name none
   * @throws IOException that names the file that cannot be read, and the place in it
   */
  public static ManifestSet of(List<Path> paths, String namespace) throws IOException {
    ManifestSet set = new ManifestSet();
    for (Path path : paths) {
      for (Path file : ConfigFiles.at(path)) {
        if (ConfigFiles.isManifest(file)) {
          set.add(file, namespace);
        }
      }
    }
    return set;
  }

  private void add(Path file, String namespace) throws IOException {
    try {
      byte[] bytes = ConfigFiles.bytes(file, PlacedManifests.MAX_BYTES);
      boolean json = file.toString().endsWith(".json");
      for (PlacedObject object : PlacedManifests.read(bytes, json, namespace)) {
        objects.add(object);
        network(file, object).ifPresent(it -> places.put(it.qualifiedName(), place(file, object)));
      }
    } catch (UnreadableManifestException e) {
      throw new IOException("%s:%s: %s".formatted(file, e.place(), e.getMessage()), e);
    }
  }

  private static Optional<NetworkAttachmentDefinition> network(Path file, PlacedObject object)
      throws IOException {
    try {
      object.pod();
      return object.network();
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: %s".formatted(place(file, object), e.getMessage()), e);
    }
  }

  private static String place(Path file, PlacedObject object) {
    return "%s:%d".formatted(file, object.at(List.of("metadata", "name")).line());
  }

  List<PlacedObject> objects() {
    return List.copyOf(objects);
  }

  /** File and line of the definition {@code namespace/name}. */
  Optional<String> place(String network) {
    return Optional.ofNullable(places.get(network));
  }
}
