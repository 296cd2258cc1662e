package io.myriapod.kubernetes.apiserver;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.myriapod.kubernetes.apiserver.ApiServerState.Cached;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * All objects of a kind, followed by a watch: listed again after a 410 and whenever a watch cannot
 * go on. While the API server is away it keeps what it has.
 */
final class WatchCache<T> implements AutoCloseable {
  private final TrimmedStore<T> store;
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final BooleanSupplier watched;

  private WatchCache(
      TrimmedStore<T> store,
      SharedIndexInformer<GenericKubernetesResource> informer,
      BooleanSupplier watched) {
    this.store = store;
    this.informer = informer;
    this.watched = watched;
  }

  /**
   * Returns at once.
   *
   * @param watched whether changes arrive
   * @param changed as {@link TrimmedStore} tells it
   */
  static <T> WatchCache<T> start(
      BooleanSupplier watched,
      Informable<GenericKubernetesResource> objects,
      Function<GenericKubernetesResource, T> trim,
      BiConsumer<Optional<T>, T> changed,
      ApiHealth health) {
    TrimmedStore<T> store = new TrimmedStore<>(trim, changed);
    SharedIndexInformer<GenericKubernetesResource> informer =
        objects
            .runnableInformer(0)
            .removeNamespaceIndex()
            .itemStore(store)
            .exceptionHandler(
                (started, failure) -> {
                  health.stumbled(Connection.finding(failure));
                  return true;
                });
    informer.start();
    return new WatchCache<>(store, informer, watched);
  }

  Optional<T> find(String namespace, String name) {
    return store.find(namespace, name);
  }

  List<T> all() {
    return store.all();
  }

  Cached state() {
    return new Cached(informer.hasSynced(), isWatching(), store.size());
  }

  private boolean isWatching() {
    return informer.hasSynced() && watched.getAsBoolean();
  }

  @Override
  public void close() {
    informer.stop();
  }
}
