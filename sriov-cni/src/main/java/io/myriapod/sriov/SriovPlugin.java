package io.myriapod.sriov;

import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.plugin.TakesDevice;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.KernelRefusal;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.DeviceId;
import io.myriapod.vfio.VirtualFunctions.Places;
import io.myriapod.vfio.given.DeadPods;
import io.myriapod.vfio.given.FunctionHolders;
import io.myriapod.vfio.given.FunctionTurn;
import io.myriapod.vfio.use.DeviceUse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/** The CNI plugin {@code sriov}. */
public final class SriovPlugin implements Plugin, TakesDevice {
  public static final String TYPE = "sriov";

  private static final String LIMITS = "var/lib/myriapod/sriov-limits.json";

  private final Ipam ipam;
  private final SriovAttach attach;
  private final SriovCheck check;
  private final SettingsUndo undo;

  /**
   * @param lock held by those, too, that change devices, while they decide and record
   * @param places the kernel's trees
   * @param root what files of the node are below
   */
  public SriovPlugin(
      Node node,
      Journal journal,
      Ipam ipam,
      LinkAddressing addressing,
      Lock lock,
      DeadPods deadPods,
      Places places,
      Path root) {
    this.ipam = ipam;
    Sysfs sysfs = new Sysfs(places.sys());
    Functions functions = Functions.in(sysfs);
    DeviceUse use = new DeviceUse(node, sysfs, places.devices(), journal::all);
    Limits limits = new Limits(new LimitsFile(root.resolve(LIMITS), release()));
    FunctionChoice choice = new FunctionChoice(functions, limits);
    FunctionHolders holders = new FunctionHolders(journal, functions.bus());
    FunctionTurn turn = new FunctionTurn(node, functions.tree(), holders, use, deadPods);
    FreeFunction free = new FreeFunction(node, functions, holders, use, turn);
    this.attach = new SriovAttach(node, choice, free, limits, journal, ipam, addressing, lock);
    this.check = new SriovCheck(node, functions, ipam, addressing);
    this.undo = new SettingsUndo(node, functions, journal.devices(), lock);
  }

  private static String release() {
    return System.getProperty("os.version"); // of the kernel: uname -r
  }

  /** Runs the inverses that only this plugin records, by kind; for the agent's Undo. */
  public Map<String, InverseHandler> inverseHandlers() {
    return Map.of(GivenSettings.KIND, undo);
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** As {@link io.myriapod.cni.plugin.ConfigReader#read}. */
  public static void readConfig(PluginRequest request) {
    SriovConfig.parse(request);
    Ipam.readConfig(request);
  }

  @Override
  public void validate(PluginRequest request) {
    SriovConfig config = SriovConfig.parse(request);
    ipam.validate(request);
    UnusedKeys.report(request.config());
    KernelRefusal.told(() -> attach.validate(request, config));
  }

  @Override
  public Optional<DeviceId> deviceOf(PluginRequest request) {
    return Optional.of(new DeviceId(SriovConfig.parse(request).device().value()));
  }

  @Override
  public CniResult add(PluginRequest request) {
    SriovConfig config = SriovConfig.parse(request);
    return KernelRefusal.told(() -> attach.add(request, config));
  }

  @Override
  public void check(PluginRequest request) {
    SriovConfig config = SriovConfig.parse(request);
    KernelRefusal.told(() -> check.run(request, config));
  }

  /** The journal has brought the function home; what it does not know was never given. */
  @Override
  public void delete(PluginRequest request) {
    ipam.release(request);
  }

  @Override
  public void gc(GcRequest request) {
    ipam.gc(request);
  }

  /** Which function it will be is chosen when a pod comes. */
  @Override
  public void status(StatusRequest request) {
    ipam.status(request);
  }
}
