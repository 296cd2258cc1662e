package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.forecast.Forecast;
import io.myriapod.agent.forecast.Forecast.Attachment;
import io.myriapod.agent.forecast.Forecast.Note;
import io.myriapod.agent.forecast.Forecast.Step;

/** A forecast for programs. */
final class ForecastJson {
  private ForecastJson() {}

  static ObjectNode of(Forecast forecast) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("pod", forecast.pod())
            .put("nodeConfig", forecast.nodeConfig());
    ArrayNode attachments = json.putArray("attachments");
    forecast.attachments().forEach(each -> add(each, attachments.addObject()));
    ArrayNode notes = json.putArray("findings");
    forecast.notes().forEach(each -> add(each, notes.addObject()));
    forecast
        .error()
        .ifPresent(
            error ->
                json.putObject("error")
                    .put("code", error.code())
                    .put("msg", error.getMessage())
                    .put("details", error.details()));
    return json;
  }

  private static void add(Attachment attachment, ObjectNode json) {
    json.put("order", attachment.order())
        .put("network", attachment.network())
        .put("source", attachment.source())
        .put("interface", attachment.interfaceName())
        .put("cniArgs", attachment.cniArgs())
        .put("config", attachment.recorded());
    ArrayNode plugins = json.putArray("plugins");
    attachment.plugins().forEach(each -> add(each, plugins.addObject()));
    attachment
        .device()
        .ifPresent(
            device -> {
              ObjectNode node = json.putObject("device").put("id", device.id().value());
              device.resource().ifPresent(resource -> node.put("resource", resource));
              device.index().ifPresent(index -> node.put("index", index));
            });
    attachment
        .defaultRoute()
        .ifPresent(gateways -> gateways.forEach(json.putArray("defaultRoute")::add));
  }

  private static void add(Step step, ObjectNode json) {
    json.put("type", step.type()).put("builtin", step.builtin()).put("config", step.config());
    step.capabilities().forEach(json.putArray("capabilities")::add);
  }

  private static void add(Note note, ObjectNode json) {
    json.put("network", note.network())
        .put("severity", ValidateCommand.word(note.severity()))
        .put("message", note.message())
        .put("details", note.details());
  }
}
