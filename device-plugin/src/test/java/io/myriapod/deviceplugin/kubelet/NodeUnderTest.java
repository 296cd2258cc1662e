package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.pool.Pool;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.kubelet.Device;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The front of a node whose kubelet's folder is the test's, with short delays. */
final class NodeUnderTest implements KubeletListener, AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(20);
  static final String RESOURCE = FakePool.RESOURCE.toString();

  static final Timing QUICK =
      new Timing(
          Duration.ofMillis(50),
          Duration.ofMillis(1500),
          Duration.ofMillis(50),
          Duration.ofMillis(400),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2));

  private final KubeletSockets sockets = new KubeletSockets();
  private final ConcurrentLinkedQueue<Registration> changes = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<AllocationOutcome> outcomes = new ConcurrentLinkedQueue<>();
  private final KubeletFront front;

  NodeUnderTest(Path root) {
    this(root, Optional.empty());
  }

  NodeUnderTest(Path root, Optional<RegistrationMode> mode) {
    front =
        new KubeletFront(sockets, new KubeletSettings(new KubeletFolder(root), mode, QUICK), this);
  }

  KubeletFront start(Pool... pools) {
    front.start(List.of(pools));
    return front;
  }

  KubeletFront front() {
    return front;
  }

  /** All changes of any resource's registration, in their order. */
  List<Registration> changes() {
    return List.copyOf(changes);
  }

  /** Waits until Allocate calls have ended so: it is told after the kubelet has its answer. */
  void awaitOutcomes(AllocationOutcome... wanted) {
    Waiting.until(LONG, "outcomes", () -> List.copyOf(outcomes).equals(List.of(wanted)));
  }

  Registration registration(ResourceName resource) {
    return front.registrations().stream()
        .filter(one -> one.resource().equals(resource))
        .findFirst()
        .orElseThrow();
  }

  void awaitState(Registration.State state) {
    awaitState(FakePool.RESOURCE, state);
  }

  void awaitState(ResourceName resource, Registration.State state) {
    try {
      Waiting.until(LONG, state.name(), () -> registration(resource).state() == state);
    } catch (AssertionError e) {
      throw new AssertionError(registration(resource) + " after " + changes, e);
    }
  }

  /** Waits until the pool is registered, and that kubelet counts so many healthy devices. */
  void awaitHealthy(FakeKubelet kubelet, int count) {
    awaitState(Registration.State.REGISTERED);
    kubelet.awaitDevices(
        RESOURCE,
        devices -> devices.size() == count && devices.stream().allMatch(Device::isHealthy),
        LONG);
  }

  @Override
  public void allocated(ResourceName resource, AllocationOutcome outcome, Duration took) {
    outcomes.add(outcome);
  }

  @Override
  public void registered(Registration now) {
    changes.add(now);
  }

  @Override
  public void close() {
    front.close();
    sockets.close();
  }
}
