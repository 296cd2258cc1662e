package io.myriapod.deviceplugin.config;

import io.myriapod.deviceplugin.config.ConfigValue.Member;
import io.myriapod.types.DeviceId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what an operator adds to a device's information: device id, or star, to texts by key. */
final class AdditionalInformation {
  /** Devices of one entry. */
  static final int MAX_DEVICES = 1024;

  /**
   * Characters of one device, keys and values. All of a container's devices are one variable of its
   * environment, and execve(2) takes no variable of more than 128 KiB.
   */
  static final int MAX_CHARACTERS = 8192;

  private final Findings findings;
  private final Map<String, Map<String, String>> byDevice = new LinkedHashMap<>();

  AdditionalInformation(Findings findings) {
    this.findings = findings;
  }

  Map<String, Map<String, String>> byDevice() {
    return byDevice;
  }

  void read(Located at) {
    List<Member> members = at.members(findings).orElse(List.of());
    if (members.size() > MAX_DEVICES) {
      findings.error(at, "has %d devices: want at most %d".formatted(members.size(), MAX_DEVICES));
      return;
    }
    for (Member member : members) {
      Located device = new Located(Located.below(at.path(), member.key()), member.value());
      device(device, member).ifPresent(id -> put(device, id, byDevice, texts(device)));
    }
  }

  private Optional<String> device(Located at, Member member) {
    if (member.key().equals(PoolConfig.EVERY_DEVICE)) {
      return Optional.of(member.key());
    }
    try {
      String id = new DeviceId(member.key()).value();
      findings.respelled(at, member.key(), id);
      return Optional.of(id);
    } catch (IllegalArgumentException e) {
      findings.error(at.path(), member.keyPosition(), e.getMessage());
      return Optional.empty();
    }
  }

  private Map<String, String> texts(Located device) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Member member : device.members(findings).orElse(List.of())) {
      Located at = new Located(Located.below(device.path(), member.key()), member.value());
      at.text(findings).ifPresent(text -> put(at, member.key(), texts, text));
    }
    int characters =
        texts.entrySet().stream().mapToInt(e -> e.getKey().length() + e.getValue().length()).sum();
    if (characters > MAX_CHARACTERS) {
      findings.error(
          device, "has %d characters: want at most %d".formatted(characters, MAX_CHARACTERS));
    }
    return texts;
  }

  private <T> void put(Located at, String key, Map<String, T> map, T value) {
    if (map.put(key, value) != null) {
      findings.warning(at, "is there more than once: this one counts, what is before it does not");
    }
  }
}
