package io.myriapod.agent.service;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.flight.FlightRecorder;
import io.myriapod.agent.flight.ObservedCluster;
import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.NodePods;
import io.myriapod.kubernetes.apiserver.ApiServerCluster;
import io.myriapod.kubernetes.apiserver.ApiServerState;
import io.myriapod.kubernetes.directory.DirectoryCluster;
import java.util.Optional;
import java.util.function.Supplier;

/** The cluster that the configuration says: an API server's, else that of a folder. */
final class ConfiguredCluster implements AutoCloseable {
  private final Optional<ApiServerCluster> apiServer;
  private final Cluster observed;
  private final NodePods pods;

  /**
   * Starts to ask the API server, if it is one's.
   *
   * @param recorder takes note of what is asked
   */
  ConfiguredCluster(
      AgentPaths paths, AgentConfig config, FlightRecorder recorder, AgentMetrics metrics) {
    this.apiServer =
        config.apiServer().map(known -> ApiServerCluster.start(known, paths.unpublished()));
    apiServer.ifPresent(api -> ApiServerMetrics.register(metrics, api::state));
    if (apiServer.isPresent()) {
      this.pods = apiServer.get();
      this.observed = new ObservedCluster(apiServer.get(), recorder);
    } else {
      DirectoryCluster directory = new DirectoryCluster(paths.cluster(), paths.status());
      this.pods = directory;
      this.observed = new ObservedCluster(directory, recorder);
    }
  }

  Cluster observed() {
    return observed;
  }

  NodePods pods() {
    return pods;
  }

  /** How the agent stands with the API server, if there is one. */
  Optional<Supplier<ApiServerState>> state() {
    return apiServer.map(api -> api::state);
  }

  /** Sends what a former life did not get rid of; not before what it left half-done is undone. */
  void resume() {
    apiServer.ifPresent(ApiServerCluster::resume);
  }

  @Override
  public void close() {
    apiServer.ifPresent(ApiServerCluster::close);
  }
}
