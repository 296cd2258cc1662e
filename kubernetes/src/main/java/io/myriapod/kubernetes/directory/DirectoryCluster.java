package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.NodePods;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.file.AtomicFile;
import io.myriapod.kubernetes.status.NetworkStatus;
import io.myriapod.kubernetes.status.NetworkStatusJson;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster in files: {@code *.yaml}, {@code *.yml} and {@code *.json} manifests of pods and
 * NetworkAttachmentDefinitions in one folder; {@code NAMESPACE_POD.json} with the network-status
 * and {@code events.jsonl} in another.
 */
public final class DirectoryCluster implements Cluster, NodePods {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryCluster.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int LONGEST_FINDING = 500; // a YAML reader quotes what it could not read

  private static final long WATCH_MILLIS = 1_000;

  private final Path manifestPath;
  private final ManifestFolder manifests;
  private final Path statuses;
  private final EventFile events;
  private volatile Optional<PodWatch> watch = Optional.empty();

  /** Neither folder needs to exist; the one for statuses is made when the first is written. */
  public DirectoryCluster(Path manifests, Path statuses) {
    this.manifestPath = manifests;
    this.manifests = new ManifestFolder(manifests, this::badManifest);
    this.statuses = statuses;
    this.events = new EventFile(statuses);
  }

  @Override
  public Optional<Pod> findPod(String namespace, String name) {
    return read().pod(namespace, name);
  }

  @Override
  public Optional<NetworkAttachmentDefinition> findNetwork(String namespace, String name) {
    return read().network(namespace, name);
  }

  /** Those of all manifests, whatever node they name. */
  @Override
  public List<NodePod> pods() {
    return List.copyOf(read().pods().values());
  }

  private Manifests read() {
    try {
      Manifests now = manifests.read();
      watch.ifPresent(one -> one.look(now));
      return now;
    } catch (IOException e) {
      throw new ClusterException("read manifests in %s: %s".formatted(manifestPath, e), e);
    }
  }

  @Override
  public void publishStatus(PodRef pod, List<NetworkStatus> status) {
    Path file = statusFile(pod);
    try {
      AtomicFile.write(
          file,
          JSON.writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(NetworkStatusJson.encode(status)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("encode network-status of " + pod, e);
    } catch (IOException e) {
      throw new ClusterException("write network-status %s: %s".formatted(file, e), e);
    }
  }

  @Override
  public void forgetStatus(PodRef pod) {
    Path file = statusFile(pod);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new ClusterException("delete network-status %s: %s".formatted(file, e), e);
    }
  }

  /** Neither part of the name can hold an underscore, so no two pods share a file. */
  private Path statusFile(PodRef pod) {
    return statuses.resolve("%s_%s.json".formatted(pod.namespace(), pod.name()));
  }

  @Override
  public void watchPods(Consumer<PodRef> listener) {
    watch = Optional.of(new PodWatch(listener));
    Thread thread = new Thread(this::lookNowAndThen, "manifests");
    thread.setDaemon(true);
    thread.start();
  }

  private void lookNowAndThen() {
    try {
      while (true) {
        look();
        TimeUnit.MILLISECONDS.sleep(WATCH_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A folder that cannot be read says nothing of any pod; whoever looks one up says why. */
  private void look() {
    try {
      read();
    } catch (ClusterException | DirectoryIteratorException e) {
      LOG.debug("{}", e.getMessage());
    }
  }

  @Override
  public void emit(Event event) {
    try {
      events.append(event);
    } catch (IOException e) {
      LOG.warn("append event {} \"{}\": {}", event.reason(), event.message(), e.toString());
    }
  }

  private void badManifest(Path file, String problem) {
    String finding = Quoted.oneLine(problem, LONGEST_FINDING);
    String message = "read manifest %s: %s; its last good version stays".formatted(file, finding);
    LOG.warn("{}", message);
    emit(Event.nodeWarning("BadManifest", message));
  }
}
