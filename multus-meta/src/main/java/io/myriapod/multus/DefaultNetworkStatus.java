package io.myriapod.multus;

import io.myriapod.cni.chain.Chain;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.Networks;
import io.myriapod.multus.plan.PodPlanner;
import io.myriapod.multus.port.MultusPorts;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * STATUS: that of the default network's plugins, asked at most every five seconds, since runtimes
 * ask as often for each network. A secondary network never makes a node unready.
 */
final class DefaultNetworkStatus {
  private static final long KEPT_NANOS = Duration.ofSeconds(5).toNanos();

  private final MultusPorts ports;
  private final LongSupplier nanoClock;
  private Optional<Answer> last = Optional.empty();

  private record Answer(NetworkConfig config, long at, Optional<CniException> problem) {}

  DefaultNetworkStatus(MultusPorts ports, LongSupplier nanoClock) {
    this.ports = ports;
    this.nanoClock = nanoClock;
  }

  /**
   * Returns if pods can be attached.
   *
   * @throws CniException 50 or 51
   */
  synchronized void require(StatusRequest request) {
    long now = nanoClock.getAsLong();
    Answer answer =
        last.filter(known -> known.config.equals(request.config()))
            .filter(known -> now - known.at <= KEPT_NANOS)
            .orElseGet(() -> new Answer(request.config(), now, ask(request)));
    last = Optional.of(answer);
    if (answer.problem.isPresent()) {
      throw answer.problem.get();
    }
  }

  private Optional<CniException> ask(StatusRequest request) {
    try {
      MultusConfig config = MultusConfig.parse(request.config());
      requireReady(config);
      Networks networks = new Networks(ports.cluster(), config, ports::onHost);
      StatusRequest asked =
          new StatusRequest(
              request.config(),
              request.deadline(),
              PodPlanner.searchPath(config, request.searchPath()),
              request.caller());
      new Chain(ports.resolver(), ChainListener.NONE)
          .status(networks.clusterDefault().list(), asked);
      return Optional.empty();
    } catch (CniException e) {
      return Optional.of(unavailable(e));
    }
  }

  private void requireReady(MultusConfig config) {
    if (config.places().readinessFile().filter(f -> !Files.exists(ports.onHost(f))).isPresent()) {
      throw new CniException(
          ErrorCode.UNAVAILABLE,
          "there is no " + config.places().readinessFile().get(),
          "\"readinessindicatorfile\" names a file that the default network's agent makes");
    }
  }

  private static CniException unavailable(CniException e) {
    boolean limited = e.code() == ErrorCode.UNAVAILABLE_LIMITED;
    return new CniException(
        limited ? ErrorCode.UNAVAILABLE_LIMITED : ErrorCode.UNAVAILABLE,
        "the default network cannot serve: " + e.getMessage(),
        e.details(),
        e);
  }
}
