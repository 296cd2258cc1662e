package io.myriapod.deviceplugin.config;

import io.myriapod.deviceplugin.config.Finding.Position;
import io.myriapod.types.Quoted;
import java.util.List;
import java.util.Optional;

/**
 * A value of JSON that knows where it stands. Unlike a JsonNode it has every key of an object, also
 * one that is there twice.
 */
sealed interface ConfigValue {
  /** Where it begins. */
  Optional<Position> position();

  /** What it is, for a sentence; of bounded length. */
  String shown();

  /** Whether it says as little as a key that is not there. */
  boolean isEmpty();

  record ObjectValue(List<Member> members, Optional<Position> position) implements ConfigValue {
    @Override
    public String shown() {
      return "an object";
    }

    @Override
    public boolean isEmpty() {
      return members.isEmpty();
    }
  }

  /** A key with its value, and where the key begins. */
  record Member(String key, Optional<Position> keyPosition, ConfigValue value) {}

  record ListValue(List<ConfigValue> elements, Optional<Position> position) implements ConfigValue {
    @Override
    public String shown() {
      return "a list";
    }

    @Override
    public boolean isEmpty() {
      return elements.isEmpty();
    }
  }

  record TextValue(String text, Optional<Position> position) implements ConfigValue {
    @Override
    public String shown() {
      return "the text " + Quoted.shortened(text);
    }

    @Override
    public boolean isEmpty() {
      return text.isEmpty();
    }
  }

  record FlagValue(boolean holds, Optional<Position> position) implements ConfigValue {
    @Override
    public String shown() {
      return Boolean.toString(holds);
    }

    @Override
    public boolean isEmpty() {
      return !holds;
    }
  }

  /** The digits are of no interest: no key takes a number. */
  record NumberValue(String digits, Optional<Position> position) implements ConfigValue {
    @Override
    public String shown() {
      return "the number " + Quoted.oneLine(digits, 40);
    }

    @Override
    public boolean isEmpty() {
      return false;
    }
  }

  record NullValue(Optional<Position> position) implements ConfigValue {
    @Override
    public String shown() {
      return "null";
    }

    @Override
    public boolean isEmpty() {
      return true;
    }
  }
}
