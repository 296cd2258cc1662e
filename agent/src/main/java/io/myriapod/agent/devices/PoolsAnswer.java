package io.myriapod.agent.devices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.kubelet.Registration;
import io.myriapod.deviceplugin.pool.Entry;
import io.myriapod.types.Quoted;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What pools there are, and their devices with those that might be. */
record PoolsAnswer(DevicePicture picture) {
  /**
   * {@code source}, list {@code pools} in the order of the configuration, list {@code devices} by
   * address.
   *
   * @throws CniException 113 if there is no such pool
   */
  ObjectNode json(DeviceRequest.Listing wanted) {
    List<ResourceName> pools =
        wanted.resource().map(this::pool).map(List::of).orElseGet(this::pools);
    ObjectNode answer = picture.answer();
    answer.set("pools", summaries(pools));
    ArrayNode devices = answer.putArray("devices");
    picture.rows().stream()
        .filter(row -> wanted.all() || row.isCandidate())
        .filter(row -> wanted.resource().isEmpty() || row.concerns(pools.get(0)))
        .forEach(row -> devices.add(row.json()));
    return answer;
  }

  /** The pools alone. */
  ArrayNode summaries() {
    return summaries(pools());
  }

  private ArrayNode summaries(List<ResourceName> pools) {
    ArrayNode summaries = JsonNodeFactory.instance.arrayNode();
    pools.forEach(pool -> summaries.add(summary(pool)));
    return summaries;
  }

  private List<ResourceName> pools() {
    return picture.selection().pools().stream().map(pool -> pool.resource()).toList();
  }

  private ResourceName pool(String name) {
    return pools().stream()
        .filter(pool -> pool.toString().equals(name) || pool.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.DEVICE_NOT_FOUND,
                    "list resource %s: no pool has that name".formatted(Quoted.shortened(name)),
                    pools().isEmpty()
                        ? "no pool is configured"
                        : pools().stream()
                            .map(ResourceName::toString)
                            .collect(Collectors.joining(", ", "the pools are ", ""))));
  }

  private ObjectNode summary(ResourceName pool) {
    List<Entry> entries = picture.inventory().of(pool);
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("resource", pool.toString())
            .put("devices", entries.size())
            .put("healthy", entries.stream().filter(Entry::isHealthy).count())
            .put("allocated", entries.stream().filter(one -> one.holder().isPresent()).count());
    picture.registrations().stream()
        .flatMap(List::stream)
        .filter(one -> one.resource().equals(pool))
        .findFirst()
        .ifPresent(one -> json.set("registration", json(one)));
    return json;
  }

  private static ObjectNode json(Registration registration) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("state", registration.state().name().toLowerCase(Locale.ROOT))
            .put("mode", registration.mode().word())
            .put("since", registration.since().truncatedTo(ChronoUnit.SECONDS).toString());
    registration.reason().ifPresent(reason -> json.put("reason", reason));
    return json;
  }
}
