package io.myriapod.deviceplugin.config;

import io.myriapod.deviceplugin.config.ConfigValue.FlagValue;
import io.myriapod.deviceplugin.config.ConfigValue.ListValue;
import io.myriapod.deviceplugin.config.ConfigValue.Member;
import io.myriapod.deviceplugin.config.ConfigValue.ObjectValue;
import io.myriapod.deviceplugin.config.ConfigValue.TextValue;
import io.myriapod.types.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A value and the way to it: {@code resourceList[2].selectors[0].pfNames[1]}. A value of the wrong
 * kind is an error at its place, and then as good as absent: nothing is converted, as in Go.
 */
record Located(String path, ConfigValue value) {
  /** Characters of one text, as long as a list of virtual functions ever gets. */
  static final int MAX_TEXT = 4096;

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,79}");

  /** The way to a key of what the path leads to. */
  static String below(String path, String key) {
    if (!WORD.matcher(key).matches()) {
      return "%s[%s]".formatted(path, Quoted.shortened(key));
    }
    return path.isEmpty() ? key : path + "." + key;
  }

  Optional<String> text(Findings findings) {
    if (!(value instanceof TextValue text)) {
      findings.error(this, "is %s: want a text in quotes".formatted(value.shown()));
      return Optional.empty();
    }
    if (text.text().length() > MAX_TEXT) {
      findings.error(
          this, "has %d characters: want at most %d".formatted(text.text().length(), MAX_TEXT));
      return Optional.empty();
    }
    return Optional.of(text.text());
  }

  Optional<Boolean> flag(Findings findings) {
    if (value instanceof FlagValue flag) {
      return Optional.of(flag.holds());
    }
    findings.error(this, "is %s: want true or false".formatted(value.shown()));
    return Optional.empty();
  }

  /** What an object has, in its order. */
  Optional<List<Member>> members(Findings findings) {
    if (!(value instanceof ObjectValue object)) {
      findings.error(this, "is %s: want an object".formatted(value.shown()));
      return Optional.empty();
    }
    return Optional.of(object.members());
  }

  /** The elements of a list; of one that is too long none. */
  List<Located> elements(int most, Findings findings) {
    if (!(value instanceof ListValue list)) {
      findings.error(this, "is %s: want a list".formatted(value.shown()));
      return List.of();
    }
    if (list.elements().size() > most) {
      findings.error(
          this, "has %d elements: want at most %d".formatted(list.elements().size(), most));
      return List.of();
    }
    return IntStream.range(0, list.elements().size())
        .mapToObj(i -> new Located("%s[%d]".formatted(path, i), list.elements().get(i)))
        .toList();
  }
}
