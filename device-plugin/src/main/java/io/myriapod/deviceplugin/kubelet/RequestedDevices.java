package io.myriapod.deviceplugin.kubelet;

import io.myriapod.types.DeviceId;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The devices that a request of the kubelet names. */
final class RequestedDevices {
  private static final int SHOWN = 8;

  private RequestedDevices() {}

  /**
   * The devices of one container. Whether the pool offers them is left to the pool, which can say
   * more of it.
   *
   * @param attempt what is tried, for the message
   * @param most how many the pool has
   * @throws BadRequestException for none, for more than there are, for one that is named twice or
   *     that no device can be called
   */
  static List<DeviceId> parse(String attempt, List<String> ids, int most) {
    if (ids.isEmpty()) {
      throw new BadRequestException(attempt + ": the request is empty");
    }
    if (ids.size() > most) {
      throw new BadRequestException(
          "%s: the request names %d devices, there are %d".formatted(attempt, ids.size(), most));
    }
    Set<DeviceId> devices = new LinkedHashSet<>();
    for (String text : ids) {
      DeviceId id =
          DeviceId.of(text)
              .orElseThrow(
                  () ->
                      new BadRequestException(
                          "%s: %s is no id of a device"
                              .formatted(attempt, Quoted.shortened(text))));
      if (!devices.add(id)) {
        throw new BadRequestException("%s: the request names %s twice".formatted(attempt, id));
      }
    }
    return new ArrayList<>(devices);
  }

  /** For messages: the first few, and how many more. */
  static String show(List<String> ids) {
    if (ids.isEmpty()) {
      return "no device";
    }
    String first =
        ids.stream()
            .limit(SHOWN)
            .map(id -> DeviceId.of(id).map(DeviceId::value).orElseGet(() -> Quoted.shortened(id)))
            .collect(Collectors.joining(", "));
    return ids.size() > SHOWN ? "%s and %d more".formatted(first, ids.size() - SHOWN) : first;
  }
}
