package io.myriapod.kubernetes.apiserver;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps of each object what is made of it; the informer gets its name and version back. */
final class TrimmedStore<T> implements ItemStore<GenericKubernetesResource> {
  private static final Logger LOG = LoggerFactory.getLogger(TrimmedStore.class);

  private final Map<String, Kept<T>> kept = new ConcurrentHashMap<>();
  private final Function<GenericKubernetesResource, T> trim;
  private final BiConsumer<Optional<T>, T> changed;

  /**
   * What it makes of an object may throw IllegalArgumentException: it is passed over.
   *
   * @param changed told of what was there before and of what is there now
   */
  TrimmedStore(Function<GenericKubernetesResource, T> trim, BiConsumer<Optional<T>, T> changed) {
    this.trim = trim;
    this.changed = changed;
  }

  private record Kept<T>(String namespace, String name, String version, T value) {
    GenericKubernetesResource shell() {
      GenericKubernetesResource shell = new GenericKubernetesResource();
      shell.setMetadata(
          new ObjectMetaBuilder()
              .withNamespace(namespace)
              .withName(name)
              .withResourceVersion(version)
              .build());
      return shell;
    }
  }

  Optional<T> find(String namespace, String name) {
    return Optional.ofNullable(kept.get(key(namespace, name))).map(Kept::value);
  }

  List<T> all() {
    return kept.values().stream().map(Kept::value).toList();
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  @Override
  public String getKey(GenericKubernetesResource object) {
    return key(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  @Override
  public GenericKubernetesResource put(String key, GenericKubernetesResource object) {
    T value;
    try {
      value = trim.apply(object);
    } catch (IllegalArgumentException e) {
      LOG.warn("read object {} of the API server: {}; it is passed over", key, e.getMessage());
      return remove(key);
    }
    Kept<T> before =
        kept.put(
            key,
            new Kept<>(
                object.getMetadata().getNamespace(),
                object.getMetadata().getName(),
                object.getMetadata().getResourceVersion(),
                value));
    changed.accept(Optional.ofNullable(before).map(Kept::value), value);
    return shell(before);
  }

  @Override
  public GenericKubernetesResource remove(String key) {
    return shell(kept.remove(key));
  }

  @Override
  public GenericKubernetesResource get(String key) {
    return shell(kept.get(key));
  }

  /** Null is what the informer expects for absence. */
  private static <T> GenericKubernetesResource shell(Kept<T> kept) {
    return kept == null ? null : kept.shell();
  }

  @Override
  public Stream<String> keySet() {
    return kept.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return kept.values().stream().map(Kept::shell);
  }

  @Override
  public int size() {
    return kept.size();
  }
}
