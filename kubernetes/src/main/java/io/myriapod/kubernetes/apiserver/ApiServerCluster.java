package io.myriapod.kubernetes.apiserver;

import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.NodePods;
import io.myriapod.kubernetes.ObjectNames;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.apiserver.Verdict.Refused;
import io.myriapod.kubernetes.status.NetworkStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The cluster of a Kubernetes API server. Lookups are answered from watch caches, and by one GET
 * with a deadline where those lack the object; network-status and events are sent by threads of its
 * own, so that neither {@link #forgetStatus} nor {@link #emit} waits for anything.
 */
public final class ApiServerCluster implements Cluster, NodePods, AutoCloseable {
  /** An ADD's events come within microseconds of each other. */
  private static final Duration GATHER = Duration.ofMillis(200);

  private final ApiServerSettings settings;
  private final ApiHealth health = new ApiHealth();
  private final ObjectSource objects;
  private final StatusQueue statuses;
  private final EventQueue events;

  private ApiServerCluster(ApiServerSettings settings, Path unpublished) {
    Backoff backoff = new Backoff(() -> ThreadLocalRandom.current().nextDouble());
    this.settings = settings;
    this.objects = new ObjectSource(settings, health);
    this.statuses =
        new StatusQueue(
            patch -> objects.connection().mergePatch(patch.path(), patch.body()),
            backoff,
            new UnpublishedStatuses(unpublished));
    this.events =
        new EventQueue(
            (event, body) -> objects.connection().post(event.path(), body),
            settings.nodeName(),
            backoff,
            GATHER,
            System::nanoTime);
  }

  /**
   * Starts it and returns at once: credentials are read and caches filled in the background, again
   * and again if need be.
   *
   * @param unpublished a folder that outlives the process, for statuses that the server does not
   *     have yet
   */
  public static ApiServerCluster start(ApiServerSettings settings, Path unpublished) {
    ApiServerCluster cluster = new ApiServerCluster(settings, unpublished);
    cluster.objects.start();
    return cluster;
  }

  /** Takes on the statuses that a process before this one kept. */
  public void resume() {
    statuses.resume();
  }

  @Override
  public Optional<Pod> findPod(String namespace, String name) {
    return findPod(new PodRef(namespace, name, Optional.empty()));
  }

  /** Asks the API server too if the cache has a pod of that name that is another one. */
  @Override
  public Optional<Pod> findPod(PodRef ref) {
    return objects.pod(ref);
  }

  /** By one GET. */
  @Override
  public Optional<Pod> readPod(PodRef ref) {
    return objects.livePod(ref);
  }

  @Override
  public Optional<NetworkAttachmentDefinition> findNetwork(String namespace, String name) {
    boolean possible = ObjectNames.isLabel(namespace) && ObjectNames.isSubdomain(name);
    return possible ? objects.network(namespace, name) : Optional.empty();
  }

  @Override
  public List<NodePod> pods() {
    return objects.podsOfNode();
  }

  /**
   * As {@link Cluster} says; a pod that is gone meanwhile is no error.
   *
   * @throws ClusterException if the API server refuses it, and with {@link StatusMode#SYNC} said so
   *     in time; or if too many wait
   */
  @Override
  public void publishStatus(PodRef pod, List<NetworkStatus> status) {
    Future<Verdict> outcome = statuses.put(StatusPatch.of(pod, objects.apiUid(pod), status));
    if (settings.status() == StatusMode.SYNC) {
      await(pod, outcome);
    } else {
      statuses.keep(pod);
    }
  }

  private void await(PodRef pod, Future<Verdict> outcome) {
    try {
      Verdict verdict = outcome.get(settings.statusWait().toMillis(), TimeUnit.MILLISECONDS);
      if (verdict instanceof Refused refused) {
        throw new ClusterException(
            "patch the status of pod \"%s\": %s".formatted(pod, refused.finding()));
      }
    } catch (TimeoutException e) {
      statuses.keep(pod); // it goes on in the background
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("patch the status of pod \"%s\": interrupted".formatted(pod), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("outcomes are verdicts", e);
    }
  }

  @Override
  public void forgetStatus(PodRef pod) {
    statuses.forget(pod);
  }

  @Override
  public void watchPods(Consumer<PodRef> listener) {
    objects.watchPods(listener);
  }

  @Override
  public void emit(Event event) {
    events.put(event);
  }

  /** How it stands now. */
  public ApiServerState state() {
    return new ApiServerState(
        objects.podsState(),
        objects.networksState(),
        health.isReachable(),
        health.lastError(),
        health.unansweredFor(),
        health.requests(),
        statuses.state(),
        events.state());
  }

  /** Whether both caches have been filled. */
  public boolean synced() {
    return state().synced();
  }

  @Override
  public void close() {
    statuses.close();
    events.close();
    objects.close();
  }
}
