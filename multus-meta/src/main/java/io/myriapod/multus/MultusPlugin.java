package io.myriapod.multus;

import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.multus.attach.GarbageCollector;
import io.myriapod.multus.attach.PodAttacher;
import io.myriapod.multus.attach.PodChecker;
import io.myriapod.multus.attach.PodDetacher;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.plan.PodPlan;
import io.myriapod.multus.plan.PodPlanner;
import io.myriapod.multus.port.MultusPorts;

/**
 * Attaches a pod to its default network and to the networks that its annotations ask for. Takes the
 * place of multus-cni: same annotations, definitions and configuration keys.
 *
 * <p>Everything is validated, then done in order, then, if a step fails, undone from the journal.
 */
public final class MultusPlugin implements Plugin {
  private final PodPlanner planner;
  private final PodAttacher attacher;
  private final PodDetacher detacher;
  private final PodChecker checker;
  private final GarbageCollector collector;
  private final DefaultNetworkStatus status;

  /** The plugin over these ports. Safe for many threads; one operation per container at a time. */
  public MultusPlugin(MultusPorts ports) {
    this.planner = new PodPlanner(ports.planning());
    this.attacher = new PodAttacher(ports);
    this.detacher = new PodDetacher(ports);
    this.checker = new PodChecker(ports);
    this.collector = new GarbageCollector(ports);
    this.status = new DefaultNetworkStatus(ports, System::nanoTime);
  }

  /** Configurations may also say {@code multus}: {@link MultusConfig#OWN_TYPES}. */
  @Override
  public String type() {
    return "myriapod";
  }

  @Override
  public void validate(PluginRequest request) {
    attacher.validate(plan(request));
  }

  @Override
  public CniResult add(PluginRequest request) {
    return attacher.attach(plan(request));
  }

  private PodPlan plan(PluginRequest request) {
    return planner.plan(request, MultusConfig.parse(request.config()));
  }

  @Override
  public void check(PluginRequest request) {
    checker.check(request);
  }

  @Override
  public void delete(PluginRequest request) {
    detacher.detach(request);
  }

  @Override
  public void gc(GcRequest request) {
    collector.collect(request);
  }

  @Override
  public void status(StatusRequest request) {
    status.require(request);
  }
}
