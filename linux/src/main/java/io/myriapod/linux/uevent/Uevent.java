package io.myriapod.linux.uevent;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Something that happened to a device.
 *
 * @param action {@code add}, {@code remove}, {@code change}, {@code move}, {@code online}, {@code
 *     offline}, {@code bind} or {@code unbind}; include/linux/kobject.h
 * @param devpath the device below {@code /sys}: {@code /devices/pci0000:3a/…/0000:3b:00.2/net/ens1}
 * @param keys all that is said of it, {@code SUBSYSTEM=net} for example, in the kernel's order
 */
public record Uevent(String action, String devpath, Map<String, String> keys) {
  /** More than the kernel can say: 2 KiB of keys behind a path. */
  private static final int MOST_BYTES = 16 * 1024;

  private static final Pattern ACTION = Pattern.compile("[a-z]{1,32}");

  public Uevent {
    if (!ACTION.matcher(action).matches() || !devpath.startsWith("/")) {
      throw new IllegalArgumentException("uevent: want a word and a path");
    }
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
  }

  /** The bus or class: {@code pci}, {@code net}, {@code infiniband_verbs}. */
  public Optional<String> subsystem() {
    return Optional.ofNullable(keys.get("SUBSYSTEM"));
  }

  /** The device's own name: the last part of its path. */
  public String name() {
    return devpath.substring(devpath.lastIndexOf('/') + 1);
  }

  /**
   * Reads a datagram: {@code ACTION@DEVPATH}, then {@code KEY=VALUE} as often as needed, each with
   * a zero byte at its end. Empty for anything else, such as what udevd tells its listeners, which
   * begins with {@code libudev}.
   */
  static Optional<Uevent> parse(byte[] datagram) {
    if (datagram.length > MOST_BYTES) {
      return Optional.empty();
    }
    String[] texts = new String(datagram, StandardCharsets.UTF_8).split("\0");
    int at = texts.length == 0 ? -1 : texts[0].indexOf('@');
    if (at < 0
        || !ACTION.matcher(texts[0].substring(0, at)).matches()
        || !texts[0].startsWith("/", at + 1)) {
      return Optional.empty();
    }
    Map<String, String> keys = new LinkedHashMap<>();
    for (String text : Arrays.asList(texts).subList(1, texts.length)) {
      int equals = text.indexOf('=');
      if (equals > 0) {
        keys.putIfAbsent(text.substring(0, equals), text.substring(equals + 1));
      }
    }
    return Optional.of(new Uevent(texts[0].substring(0, at), texts[0].substring(at + 1), keys));
  }
}
