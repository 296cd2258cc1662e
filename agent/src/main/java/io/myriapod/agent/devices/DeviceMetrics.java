package io.myriapod.agent.devices;

import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.deviceplugin.DevicePlugin;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.kubelet.AllocationOutcome;
import io.myriapod.deviceplugin.kubelet.KubeletListener;
import io.myriapod.deviceplugin.kubelet.Registration;
import io.myriapod.deviceplugin.pool.Entry;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Pools and allocations as metrics. Safe for use by many threads.
 *
 * <p>Of a resource that is served no more the allocations stay, as counters do.
 */
final class DeviceMetrics implements KubeletListener {
  /** An allocation takes a millisecond, one with a driver a hundred. */
  private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};

  private static final String RESOURCE = "resource";
  private static final double NANOS = 1e9;

  private final Histogram allocations;
  private final Counter failed;

  /** Registers them for what that offers from now on. */
  DeviceMetrics(AgentMetrics metrics, DeviceService service) {
    this.allocations =
        Histogram.builder()
            .name("myriapod_allocate_seconds")
            .help("How long Allocate calls took.")
            .labelNames(RESOURCE)
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(metrics.registry());
    this.failed =
        Counter.builder()
            .name("myriapod_allocate_failed_total")
            .help("Allocate calls that were answered with an error.")
            .labelNames(RESOURCE)
            .register(metrics.registry());
    metrics.gauge(
        "myriapod_pool_devices",
        "Devices that the pool offers, healthy or not.",
        RESOURCE,
        () -> devices(service, any -> true));
    metrics.gauge(
        "myriapod_pool_devices_healthy",
        "Devices that a container could get.",
        RESOURCE,
        () -> devices(service, Entry::isHealthy));
    metrics.gauge(
        "myriapod_pool_devices_allocated",
        "Devices that pods have.",
        RESOURCE,
        () -> devices(service, entry -> entry.holder().isPresent()));
    metrics.gauge(
        "myriapod_pool_registered",
        "Whether the kubelet knows the resource.",
        RESOURCE,
        () -> registered(service));
  }

  private static Map<String, Long> devices(DeviceService service, Predicate<Entry> which) {
    Map<String, Long> numbers = new TreeMap<>();
    service.plugin().map(DevicePlugin::pools).stream()
        .forEach(
            pools -> {
              for (PoolConfig pool : pools.selection().pools()) {
                numbers.put(
                    pool.resource().toString(),
                    pools.inventory().of(pool.resource()).stream().filter(which).count());
              }
            });
    return numbers;
  }

  private static Map<String, Long> registered(DeviceService service) {
    Map<String, Long> numbers = new TreeMap<>();
    service.plugin().stream()
        .flatMap(plugin -> plugin.registrations().stream())
        .forEach(
            one ->
                numbers.put(
                    one.resource().toString(),
                    one.state() == Registration.State.REGISTERED ? 1L : 0L));
    return numbers;
  }

  @Override
  public void allocated(ResourceName resource, AllocationOutcome outcome, Duration took) {
    allocations.labelValues(resource.toString()).observe(took.toNanos() / NANOS);
    failed.labelValues(resource.toString()).inc(outcome == AllocationOutcome.GRANTED ? 0 : 1);
  }

  /** Shown by the registrations themselves. */
  @Override
  public void registered(Registration now) {}
}
