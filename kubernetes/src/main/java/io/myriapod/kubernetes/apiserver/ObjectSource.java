package io.myriapod.kubernetes.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.annotation.NetworksAnnotation;
import io.myriapod.kubernetes.apiserver.ApiServerState.Cached;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Pods of this node and all networks: from caches, else by one GET. */
final class ObjectSource implements AutoCloseable {
  private static final long LOOK_SECONDS = 5;
  private static final ResourceDefinitionContext PODS =
      new ResourceDefinitionContext.Builder()
          .withVersion("v1")
          .withKind("Pod")
          .withPlural("pods")
          .withNamespaced(true)
          .build();
  private static final ResourceDefinitionContext NETWORKS =
      new ResourceDefinitionContext.Builder()
          .withGroup(AccessRules.CNI_GROUP)
          .withVersion("v1")
          .withKind("NetworkAttachmentDefinition")
          .withPlural(AccessRules.NETWORKS)
          .withNamespaced(true)
          .build();

  private final ApiServerSettings settings;
  private final ApiHealth health;
  private final ScheduledThreadPoolExecutor starter = Threads.timed("api-start", 1);
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private volatile Optional<Watched> current = Optional.empty();
  private Optional<Watched> next = Optional.empty();
  private boolean closed;
  private final Map<String, Pod> asked = new Recent();
  private volatile Consumer<PodRef> podListener = pod -> {};

  ObjectSource(ApiServerSettings settings, ApiHealth health) {
    this.settings = settings;
    this.health = health;
  }

  private record Watched(
      Connection connection,
      WatchCache<NodePod> pods,
      WatchCache<NetworkAttachmentDefinition> networks) {
    /** A cache that cannot be filled, without the definition of networks say, is not waited for. */
    boolean isAsFullAs(Watched former) {
      return (pods.state().synced() || !former.pods.state().synced())
          && (networks.state().synced() || !former.networks.state().synced());
    }
  }

  /** Pods that had to be asked for: of a static one only the API server knows the uid. */
  private static final class Recent extends LinkedHashMap<String, Pod> {
    private static final long serialVersionUID = 1;
    private static final int MOST = 256;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Pod> eldest) {
      return size() > MOST;
    }
  }

  void start() {
    starter.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  /** Begins once the credentials can be read, and anew when they are others. */
  private synchronized void look() {
    if (closed) {
      return;
    }
    try {
      if (current.isEmpty()) {
        use(watch(Connection.open(settings, health)));
      } else if (next.orElse(current.get()).connection().isOutdated(settings)) {
        Optional<Watched> outdated = next;
        next = Optional.empty();
        outdated.ifPresent(ObjectSource::close);
        next = Optional.of(watch(Connection.open(settings, health)));
      } else if (next.filter(fresh -> fresh.isAsFullAs(current.get())).isPresent()) {
        Watched fresh = next.get();
        next = Optional.empty();
        use(fresh);
      }
    } catch (IOException | RuntimeException e) {
      health.stumbled(Connection.finding(e));
      if (current.isEmpty()) {
        health.unreachable(Connection.finding(e));
      }
    }
  }

  /** Until the fresh one knows all, the former one answers. */
  private void use(Watched fresh) {
    Optional<Watched> former = current;
    current = Optional.of(fresh);
    former.ifPresent(ObjectSource::close);
    started.complete(null);
    if (former.isPresent()) { // it may have told of what the former one did not know
      fresh.pods().all().forEach(one -> podListener.accept(one.pod().ref()));
    }
  }

  private Watched watch(Connection connection) {
    return new Watched(
        connection,
        WatchCache.start(
            () -> connection.watches().isOpen(PODS.getPlural()),
            connection
                .client()
                .genericKubernetesResources(PODS)
                .inAnyNamespace()
                .withField("spec.nodeName", settings.nodeName()),
            ApiObjects::pod,
            this::podChanged,
            health),
        WatchCache.start(
            () -> connection.watches().isOpen(NETWORKS.getPlural()),
            connection.client().genericKubernetesResources(NETWORKS).inAnyNamespace(),
            ApiObjects::network,
            (before, now) -> {},
            health));
  }

  /** Who is told of pods whose annotation of networks is new. */
  void watchPods(Consumer<PodRef> listener) {
    podListener = listener;
  }

  private void podChanged(Optional<NodePod> before, NodePod now) {
    boolean same =
        before.isPresent()
            && NetworksAnnotation.of(before.get().pod()).equals(NetworksAnnotation.of(now.pod()));
    if (!same) {
      podListener.accept(now.pod().ref());
    }
  }

  /** Throws {@link IOException} if there is none yet; its message is the finding. */
  Connection connection() throws IOException {
    return watched().connection();
  }

  private Watched watched() throws IOException {
    try {
      started.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
      return current.orElseThrow();
    } catch (TimeoutException e) {
      throw new IOException(health.lastError().orElse("the client has not started yet"), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("the client is closed", e);
    }
  }

  /** Throws {@link ClusterException} if nobody can say. */
  Optional<Pod> pod(PodRef ref) {
    Optional<Pod> cached = cachedPod(ref);
    boolean usable = cached.filter(pod -> pod.mayBe(ref.uid())).isPresent();
    if (usable && !cached.get().mayBeOutdated(ref.uid())) {
      return cached;
    }
    try {
      return livePod(ref);
    } catch (ClusterException e) {
      if (usable) { // the API server itself may be that static pod
        return cached;
      }
      throw e;
    }
  }

  /** By one GET. Throws {@link ClusterException} if nobody can say. */
  Optional<Pod> livePod(PodRef ref) {
    Optional<Pod> live =
        get(
            "pod " + ref,
            "/api/v1/namespaces/%s/pods/%s".formatted(ref.namespace(), ref.name()),
            ApiObjects::pod);
    live.ifPresent(this::remember);
    return live;
  }

  /** Throws {@link ClusterException} if nobody can say. */
  Optional<NetworkAttachmentDefinition> network(String namespace, String name) {
    Optional<NetworkAttachmentDefinition> cached =
        current.flatMap(watched -> watched.networks().find(namespace, name));
    if (cached.isPresent()) {
      return cached;
    }
    return get(
        "network %s/%s".formatted(namespace, name),
        "/apis/%s/v1/namespaces/%s/%s/%s"
            .formatted(AccessRules.CNI_GROUP, namespace, AccessRules.NETWORKS, name),
        ApiObjects::network);
  }

  /** The uid that the API server knows the pod by; a static pod has another one at the runtime. */
  Optional<String> apiUid(PodRef ref) {
    Optional<Pod> known = cachedPod(ref).or(() -> remembered(ref));
    return known.filter(pod -> pod.isStatic() || ref.uid().isEmpty()).isPresent()
        ? known.flatMap(Pod::uid)
        : ref.uid();
  }

  private Optional<Pod> cachedPod(PodRef ref) {
    return current
        .flatMap(watched -> watched.pods().find(ref.namespace(), ref.name()))
        .map(NodePod::pod);
  }

  /** Throws {@link ClusterException} if the cache is not filled or changes do not arrive. */
  List<NodePod> podsOfNode() {
    return current
        .map(Watched::pods)
        .filter(pods -> pods.state().watching())
        .map(WatchCache::all)
        .orElseThrow(
            () ->
                new ClusterException(
                    "list the pods of node \"%s\": they are not watched now"
                        .formatted(settings.nodeName())));
  }

  private void remember(Pod pod) {
    synchronized (asked) {
      asked.remove(pod.ref().toString());
      asked.put(pod.ref().toString(), pod);
    }
  }

  private Optional<Pod> remembered(PodRef ref) {
    synchronized (asked) {
      return Optional.ofNullable(asked.get(ref.toString()));
    }
  }

  private <T> Optional<T> get(String subject, String path, Function<JsonNode, T> read) {
    try {
      ApiReply reply = connection().get(path);
      if (reply.isNotFound()) {
        return Optional.empty();
      }
      if (!reply.isGood()) {
        throw new IOException(reply.finding());
      }
      return Optional.of(read.apply(reply.body()));
    } catch (IOException | IllegalArgumentException e) {
      throw new ClusterException("get %s: %s".formatted(subject, e.getMessage()), e);
    }
  }

  Cached podsState() {
    return current.map(watched -> watched.pods().state()).orElse(Cached.NONE);
  }

  Cached networksState() {
    return current.map(watched -> watched.networks().state()).orElse(Cached.NONE);
  }

  private static void close(Watched watched) {
    watched.pods().close();
    watched.networks().close();
    watched.connection().close();
  }

  @Override
  public synchronized void close() {
    health.end();
    starter.shutdownNow();
    closed = true;
    current.ifPresent(ObjectSource::close);
    next.ifPresent(ObjectSource::close);
    started.completeExceptionally(new IllegalStateException("closed"));
  }
}
