package io.myriapod.agent.undo;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.foreign.BinarySearch;
import io.myriapod.cni.foreign.ForeignPlugin;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.inverse.RanForeign;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Executes DEL of plugins that were executed for ADD, with the configuration that they got then and
 * the result of the whole ADD. A namespace that is gone is passed as absent, and so is one that
 * took its path: it is another pod's.
 */
public final class ForeignUndo implements InverseHandler {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Launcher launcher;
  private final Predicate<AttachmentRecord> hasNamespace;
  private final Function<String, Optional<Plugin>> inPlaceOf;

  /**
   * Executes through this launcher.
   *
   * @param hasNamespace whether the namespace of an attachment is still where it was
   * @param inPlaceOf the built-in plugin that can delete what one of that type has made; asked for
   *     what another meta-plugin attached by an executable that is not there any more
   */
  public ForeignUndo(
      Launcher launcher,
      Predicate<AttachmentRecord> hasNamespace,
      Function<String, Optional<Plugin>> inPlaceOf) {
    this.launcher = launcher;
    this.inPlaceOf = inPlaceOf;
    this.hasNamespace = hasNamespace;
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      try {
        RanForeign ran = RanForeign.from(one.inverse());
        PluginRequest request = request(one, ran);
        plugin(one, request).delete(request);
      } catch (CniException e) {
        failures.put(one, e.getMessage());
      }
    }
    return failures;
  }

  private Plugin plugin(PendingInverse one, PluginRequest request) {
    String type = RanForeign.from(one.inverse()).type();
    return Optional.of(one.record())
        .filter(record -> record.fact(AttachmentRecord.ADOPTED).isPresent())
        .filter(record -> BinarySearch.find(type, request.searchPath()).isEmpty())
        .flatMap(record -> inPlaceOf.apply(type))
        .orElseGet(() -> new ForeignPlugin(type, launcher));
  }

  private PluginRequest request(PendingInverse one, RanForeign ran) {
    return new PluginRequest(
        one.key().container(),
        one.key().interfaceName(),
        ran.variable("CNI_NETNS")
            .filter(path -> !path.isEmpty())
            .map(Path::of)
            .filter(path -> hasNamespace.test(one.record())),
        CniArgs.parse(ran.variable("CNI_ARGS").orElse("")),
        NetworkConfig.parse(ran.config()),
        result(one),
        Deadline.in(PATIENCE),
        ran.searchPath().stream().map(Path::of).toList(),
        CallerEnvironment.none());
  }

  /** Absent if the ADD did not come to its end. */
  private static Optional<CniResult> result(PendingInverse one) {
    return one.record().fact("result").map(json -> ResultCodec.decode(json, CniVersion.NEWEST));
  }
}
