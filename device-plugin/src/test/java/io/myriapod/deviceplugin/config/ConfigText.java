package io.myriapod.deviceplugin.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Texts of configurations, read by way of a file as an operator's is. */
final class ConfigText {
  private ConfigText() {}

  /** What a file with these bytes says. */
  static PoolList read(byte[] text) {
    try {
      Path file = Files.createTempFile("config", ".json");
      try {
        Files.write(file, text);
        return new PoolListReader(PoolListReader.USUAL_PREFIX).read(FileContent.read(file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PoolList read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What a list of this one entry says; braces are put around it. */
  static PoolList ofEntry(String fields) {
    return read("{\"resourceList\": [{%s}]}".formatted(fields));
  }

  /** The pool that the entry is; fails if anything is found in it. */
  static PoolConfig pool(String fields) {
    PoolList list = ofEntry("\"resourceName\": \"vfs\", " + fields);
    if (!list.findings().isEmpty()) {
      throw new AssertionError(list.findings().toString());
    }
    return list.pools().get(0);
  }

  /** The selector that this is, of a pool of that type. */
  static Selector selector(DeviceType type, String fields) {
    return pool("\"deviceType\": \"%s\", \"selectors\": {%s}".formatted(type.word(), fields))
        .selectors()
        .get(0);
  }

  /** Without positions: {@code ERROR place: sentence}. */
  static List<String> lines(PoolList list) {
    return list.findings().stream()
        .map(one -> "%s %s: %s".formatted(one.severity(), one.place(), one.sentence()))
        .toList();
  }
}
