package io.myriapod.deviceplugin.config;

import io.myriapod.deviceplugin.config.ConfigValue.Member;
import io.myriapod.deviceplugin.config.ConfigValue.NullValue;
import io.myriapod.deviceplugin.config.ConfigValue.TextValue;
import io.myriapod.types.Quoted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The keys of an object, found as Go's encoding/json finds them for the SR-IOV network device
 * plugin: case does not matter, of several that are the same the last one counts, {@code null} is
 * the same as absent.
 */
final class Fields {
  private final Map<String, Located> found;
  private final Findings findings;

  private Fields(Map<String, Located> found, Findings findings) {
    this.found = found;
    this.findings = findings;
  }

  /**
   * Reads an object; an error if it is none. What would be dropped in silence is a warning: a key
   * that nobody knows, and all but the last of those that are the same.
   */
  static Optional<Fields> of(Located object, List<String> known, Findings findings) {
    return of(object, known, key -> "", findings);
  }

  /**
   * The same.
   *
   * @param advice what else to say of a key that is not known
   */
  static Optional<Fields> of(
      Located object, List<String> known, UnaryOperator<String> advice, Findings findings) {
    Optional<List<Member>> members = object.members(findings);
    if (members.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Located> found = new HashMap<>();
    for (Member member : members.get()) {
      String path = Located.below(object.path(), member.key());
      Optional<String> key = known.stream().filter(member.key()::equalsIgnoreCase).findFirst();
      if (key.isEmpty()) {
        findings.warning(
            path,
            member.keyPosition(),
            "key %s is not known and has no effect%s"
                .formatted(Quoted.shortened(member.key()), advice.apply(member.key())));
      } else if (found.put(key.get(), new Located(path, member.value())) != null) {
        findings.warning(
            path,
            member.keyPosition(),
            "\"%s\" is there more than once: this one counts, what is before it does not"
                .formatted(key.get()));
      }
    }
    return Optional.of(new Fields(found, findings));
  }

  /** The value of a known key; never null. */
  Optional<Located> find(String key) {
    return Optional.ofNullable(found.get(key)).filter(one -> !(one.value() instanceof NullValue));
  }

  /** Whether the key has a value, right or wrong; an empty text is the same as none. */
  boolean has(String key) {
    return find(key)
        .filter(one -> !(one.value() instanceof TextValue text && text.isEmpty()))
        .isPresent();
  }

  /** The text of a key; an empty one is the same as none. */
  Optional<String> text(String key) {
    return find(key).flatMap(one -> one.text(findings)).filter(text -> !text.isEmpty());
  }

  boolean flag(String key) {
    return find(key).flatMap(one -> one.flag(findings)).orElse(false);
  }

  /**
   * What a text stands for; none if it is absent or the parser, by an {@link
   * IllegalArgumentException}, finds it wrong: its message is the error.
   */
  <T> Optional<T> parsed(String key, Function<String, T> parser) {
    return text(key).flatMap(text -> findings.parsed(found.get(key), () -> parser.apply(text)));
  }

  /** One of the words; none if the key is absent or its value, an error then, is none of them. */
  <T> Optional<T> oneOf(String key, List<T> values, Function<T, String> word) {
    return parsed(
        key,
        text ->
            values.stream()
                .filter(value -> word.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> noneOf(values.stream().map(word).toList(), text)));
  }

  private static IllegalArgumentException noneOf(List<String> words, String text) {
    return new IllegalArgumentException(
        "is %s: want %s".formatted(Quoted.shortened(text), String.join(", ", words)));
  }
}
