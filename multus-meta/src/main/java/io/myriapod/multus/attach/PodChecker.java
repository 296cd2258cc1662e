package io.myriapod.multus.attach;

import io.myriapod.cni.chain.Chain;
import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.CollectedErrors;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.foreign.ForeignPlugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Route;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.RecordPhase;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.multus.port.PodLinks.Sandbox;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** CHECK: has every network of the pod compare what is recorded with what is there. */
public final class PodChecker {
  private final MultusPorts ports;
  private final SandboxRecords records;

  /** Acts through these. */
  public PodChecker(MultusPorts ports) {
    this.ports = ports;
    this.records = new SandboxRecords(ports.journal());
  }

  /**
   * Checks all networks and reports every difference.
   *
   * @throws CniException 3 if the container is not known, 106 if something differs
   */
  public void check(PluginRequest request) {
    List<AttachmentRecord> known = records.of(request.container(), request.interfaceName());
    if (known.isEmpty()) {
      throw new CniException(
          ErrorCode.UNKNOWN_CONTAINER,
          "check container %s: it is not known".formatted(request.container()),
          "it was never attached, or is detached already");
    }
    CollectedErrors errors = new CollectedErrors();
    requireSameNamespace(known.get(0), request, errors);
    known.forEach(record -> errors.attempt(() -> checkOne(record, request)));
    errors.raise();
  }

  private void requireSameNamespace(
      AttachmentRecord record, PluginRequest request, CollectedErrors errors) {
    errors.attempt(
        () -> {
          Sandbox sandbox = ports.podLinks().look(request.requireNetns());
          String recorded = record.text(AttachmentFacts.NAMESPACE_ID).orElse(sandbox.id());
          if (!recorded.equals(sandbox.id())) {
            throw different(
                "container %s: CNI_NETNS is another namespace than the one attached"
                    .formatted(request.container()));
          }
        });
  }

  /** Checks one network. Throws {@link CniException} 106 if something differs. */
  void checkOne(AttachmentRecord record, PluginRequest request) {
    String shown =
        "check network \"%s\" as \"%s\""
            .formatted(
                record.text(AttachmentFacts.DEFINITION).orElse(""), record.key().interfaceName());
    if (record.phase() != RecordPhase.ATTACHED) {
      throw different("%s: it is %s".formatted(shown, record.phase()));
    }
    try {
      CollectedErrors errors = new CollectedErrors();
      errors.attempt(() -> checkChain(record, request));
      errors.attempt(() -> checkDefaultRoutes(record, request));
      errors.raise();
    } catch (CniException e) {
      throw e.during(shown);
    }
  }

  /**
   * Those that were moved to it are the only ones. Others only have to be there, and only if we
   * made them: results of others may name routes that they do not make.
   */
  private void checkDefaultRoutes(AttachmentRecord record, PluginRequest request) {
    Path netns = request.requireNetns();
    InterfaceName via = record.key().interfaceName();
    List<Route> moved = AttachmentFacts.defaultRoutes(record);
    if (!moved.isEmpty()) {
      ports.podLinks().checkDefaultRoutes(netns, via, moved);
    } else if (isCheckedByUs(record)) {
      AttachmentFacts.result(record).filter(PodChecker::hasInterface).stream()
          .flatMap(result -> result.routes().stream())
          .filter(DefaultRoutes::isPodDefault)
          .map(route -> route.destination().isV6())
          .distinct()
          .forEach(v6 -> ports.podLinks().requireDefaultRoute(netns, via, v6));
    }
  }

  /** Without one the routes are for a program that drives the device. */
  private static boolean hasInterface(CniResult result) {
    return result.interfaces().stream().anyMatch(one -> one.sandbox().isPresent());
  }

  private boolean isCheckedByUs(AttachmentRecord record) {
    NetworkList list = ListCodec.decode(record.text(AttachmentFacts.CONFIG).orElse("{}"));
    if (list.disableCheck() || !list.cniVersion().atLeast(CniVersion.V0_4_0)) {
      return false;
    }
    return IntStream.range(0, list.plugins().size())
        .mapToObj(plugin -> list.forPlugin(plugin, Map.of(), Optional.empty()))
        .map(config -> ports.resolver().resolve(config, AttachmentFacts.searchPath(record)))
        .noneMatch(ForeignPlugin.class::isInstance);
  }

  /** A network too old for CHECK is passed over, as a runtime does. */
  private void checkChain(AttachmentRecord record, PluginRequest request) {
    NetworkList list = ListCodec.decode(record.text(AttachmentFacts.CONFIG).orElse("{}"));
    if (!list.cniVersion().atLeast(CniVersion.V0_4_0)) {
      return;
    }
    CniResult result = AttachmentFacts.result(record).orElse(CniResult.empty());
    ChainCall call =
        new ChainCall(
            list,
            record.key().container(),
            record.key().interfaceName(),
            request.netns(),
            AttachmentFacts.args(record),
            AttachmentFacts.capabilityArgs(record),
            request.deadline(),
            AttachmentFacts.searchPath(record),
            request.caller());
    new Chain(ports.resolver(), ChainListener.NONE).check(call, result);
  }

  private static CniException different(String message) {
    return new CniException(ErrorCode.CHECK_FAILED, message, "restart the pod to attach it anew");
  }
}
