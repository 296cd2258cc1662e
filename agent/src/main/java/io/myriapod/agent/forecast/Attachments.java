package io.myriapod.agent.forecast;

import io.myriapod.agent.forecast.Forecast.Attachment;
import io.myriapod.agent.forecast.Forecast.Device;
import io.myriapod.agent.forecast.Forecast.Step;
import io.myriapod.agent.inspection.PluginReaders;
import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.multus.attach.ListCodec;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.plan.PlannedDevice;
import io.myriapod.types.IpAddresses;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Calls of networks as they are shown. */
final class Attachments {
  private Attachments() {}

  static Attachment of(int order, String network, String source, ChainCall call) {
    return attachment(order, network, source, call, Optional.empty(), Optional.empty());
  }

  static Attachment of(PlannedAttachment planned, String source) {
    return attachment(
        planned.order(),
        planned.delegate().name(),
        source,
        planned.call(),
        planned.device().map(Attachments::device),
        planned
            .options()
            .defaultRoute()
            .map(gateways -> gateways.stream().map(IpAddresses::format).toList()));
  }

  private static Attachment attachment(
      int order,
      String network,
      String source,
      ChainCall call,
      Optional<Device> device,
      Optional<List<String>> defaultRoute) {
    return new Attachment(
        order,
        network,
        source,
        call.interfaceName().value(),
        ListCodec.encode(call.list()),
        call.args().encode(),
        steps(call),
        device,
        defaultRoute);
  }

  private static List<Step> steps(ChainCall call) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < call.list().plugins().size(); i++) {
      NetworkConfig config = call.request(i, Optional.empty()).config();
      List<String> capabilities =
          call.list().capabilities(i).stream()
              .filter(call.capabilityArgs()::containsKey)
              .sorted()
              .toList();
      steps.add(
          new Step(
              config.type(),
              PluginReaders.isBuiltin(config),
              new String(config.bytes(), StandardCharsets.UTF_8),
              capabilities));
    }
    return steps;
  }

  private static Device device(PlannedDevice planned) {
    return new Device(
        planned.resource(),
        planned.id(),
        Optional.of(planned.id()).filter(PromisedDevices::isStandIn).map(PromisedDevices::index));
  }
}
