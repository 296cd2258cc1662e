package io.myriapod.agent.forecast;

import io.myriapod.agent.inspection.Severity;
import io.myriapod.cni.error.CniException;
import io.myriapod.types.DeviceId;
import java.util.List;
import java.util.Optional;

/**
 * What an ADD of a pod would do.
 *
 * @param pod {@code namespace/name}
 * @param nodeConfig by which the runtime calls
 * @param attachments in their order; empty if the ADD does not get that far
 * @param error with which it ends, if it does
 */
public record Forecast(
    String pod,
    String nodeConfig,
    List<Attachment> attachments,
    List<Note> notes,
    Optional<CniException> error) {
  /** Copies the lists. */
  public Forecast {
    attachments = List.copyOf(attachments);
    notes = List.copyOf(notes);
  }

  /**
   * One network.
   *
   * @param source where its configuration is from
   * @param recorded the whole configuration as the journal gets it
   * @param cniArgs the variable {@code CNI_ARGS}
   * @param defaultRoute gateways that the annotation gives the pod's default route; of none of them
   *     the network's own
   */
  public record Attachment(
      int order,
      String network,
      String source,
      String interfaceName,
      String recorded,
      String cniArgs,
      List<Step> plugins,
      Optional<Device> device,
      Optional<List<String>> defaultRoute) {
    /** Copies the lists. */
    public Attachment {
      plugins = List.copyOf(plugins);
      defaultRoute = defaultRoute.map(List::copyOf);
    }
  }

  /**
   * A plugin of a network.
   *
   * @param config exactly what it gets; behind the first one {@code prevResult} joins it
   * @param capabilities of which it gets values
   */
  public record Step(String type, boolean builtin, String config, List<String> capabilities) {
    /** Copies the list. */
    public Step {
      capabilities = List.copyOf(capabilities);
    }
  }

  /**
   * A device that a network gets.
   *
   * @param index among the pod's devices of the resource, if the kubelet decides which one it is
   */
  public record Device(Optional<String> resource, DeviceId id, Optional<Integer> index) {}

  /**
   * Something to know.
   *
   * @param network empty if it is about the pod
   */
  public record Note(String network, Severity severity, String message, String details) {}
}
