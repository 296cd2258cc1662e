package io.myriapod.agent.inspection;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.myriapod.kubernetes.directory.Place;
import io.myriapod.kubernetes.directory.PlacedText;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A configuration in a file: finds the places of what is remarked of it. */
final class ConfigText {
  private static final int LONGEST_CHAIN = 16;

  private final String file;
  private final String object;
  private final PlacedText text;

  ConfigText(String file, String object, PlacedText text) {
    this.file = file;
    this.object = object;
    this.text = text;
  }

  Finding finding(Remark remark) {
    return new Finding(
        file, place(remark), object, remark.severity(), remark.message(), remark.details());
  }

  private Place place(Remark remark) {
    Optional<JsonLocation> location = remark.cause().flatMap(ConfigText::location);
    if (location.isPresent()) {
      return text.at(location.get().getLineNr(), location.get().getColumnNr());
    }
    return remark.keys().stream()
        .filter(text::hasKey)
        .findFirst()
        .map(text::atKey)
        .orElseGet(() -> nearest(remark));
  }

  private static Optional<JsonLocation> location(Throwable error) {
    return Stream.<Throwable>iterate(error, Objects::nonNull, Throwable::getCause)
        .limit(LONGEST_CHAIN)
        .filter(JsonProcessingException.class::isInstance)
        .map(cause -> ((JsonProcessingException) cause).getLocation())
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** What is missing is told where it should be. */
  private Place nearest(Remark remark) {
    return remark.keys().stream()
        .filter(key -> key.contains("."))
        .map(key -> key.substring(0, key.lastIndexOf('.')))
        .filter(text::hasKey)
        .findFirst()
        .map(text::atKey)
        .orElseGet(text::begin);
  }
}
