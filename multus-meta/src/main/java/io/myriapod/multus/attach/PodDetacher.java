package io.myriapod.multus.attach;

import io.myriapod.cni.chain.Chain;
import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.UndoReport;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.Networks;
import io.myriapod.multus.plan.PodPlanner;
import io.myriapod.multus.port.MultusPorts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DEL: from the journal alone; needs no pod, no definition, no current configuration. */
public final class PodDetacher {
  private static final Logger LOG = LoggerFactory.getLogger(PodDetacher.class);

  private final MultusPorts ports;
  private final SandboxRecords records;
  private final PodUndo undo;

  /** Acts through these. */
  public PodDetacher(MultusPorts ports) {
    this.ports = ports;
    this.records = new SandboxRecords(ports.journal());
    this.undo = new PodUndo(ports.journal(), ports.undo(), ports.cluster());
  }

  /**
   * Detaches whatever is recorded of the container under this interface; fine if nothing is.
   *
   * @throws CniException 11 with all that could not be undone; it stays recorded
   */
  public void detach(PluginRequest request) {
    List<AttachmentRecord> known = records.of(request.container(), request.interfaceName());
    if (known.isEmpty()) {
      detachUnknown(request);
      return;
    }
    undo(known)
        .ifPresent(
            reasons -> {
              throw new CniException(
                  ErrorCode.TRY_AGAIN_LATER,
                  "detach container %s: %s".formatted(request.container(), reasons),
                  "what is left stays in the journal and is tried again");
            });
  }

  /**
   * Undoes the records with the parts that plugins called one by one have added to them; returns
   * why something is left.
   */
  Optional<String> undo(List<AttachmentRecord> known) {
    UndoReport report = undo.run(known.stream().flatMap(records::whole).toList());
    return report.clean() ? Optional.empty() : Optional.of(PodAttacher.reasons(report));
  }

  /**
   * A container that was attached by others, or is detached already: the default network's plugins
   * are told, if the configuration still says which; what they answer matters to nobody.
   */
  private void detachUnknown(PluginRequest request) {
    try {
      MultusConfig config = MultusConfig.parse(request.config());
      Networks networks = new Networks(ports.cluster(), config, ports::onHost);
      ChainCall call =
          new ChainCall(
              networks.clusterDefault().list(),
              request.container(),
              request.interfaceName(),
              request.netns(),
              request.args(),
              Map.of(),
              request.deadline(),
              PodPlanner.searchPath(config, request.searchPath()),
              request.caller());
      new Chain(ports.resolver(), ChainListener.NONE).delete(call, request.prevResult());
    } catch (RuntimeException e) {
      LOG.info("DEL of unknown container {}: {}", request.container(), e.getMessage());
    }
  }
}
