package io.myriapod.deviceplugin.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.deviceplugin.config.ConfigValue.FlagValue;
import io.myriapod.deviceplugin.config.ConfigValue.ListValue;
import io.myriapod.deviceplugin.config.ConfigValue.Member;
import io.myriapod.deviceplugin.config.ConfigValue.NullValue;
import io.myriapod.deviceplugin.config.ConfigValue.NumberValue;
import io.myriapod.deviceplugin.config.ConfigValue.ObjectValue;
import io.myriapod.deviceplugin.config.ConfigValue.TextValue;
import io.myriapod.deviceplugin.config.Finding.Position;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads JSON into values that know their place, within bounds. */
final class ConfigTree {
  /** Objects and lists in each other. */
  static final int MAX_DEPTH = 32;

  /** Each costs up to a hundred bytes of memory. */
  static final int MAX_VALUES = 1 << 16;

  private static final JsonFactory JSON = new JsonFactory();
  private static final int SHOWN = 200;

  private final JsonParser parser;
  private int values;

  private ConfigTree(JsonParser parser) {
    this.parser = parser;
  }

  /** Why a text is not read at all. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Position> position;

    UnreadableException(Optional<Position> position, String message) {
      super(message);
      this.position = position;
    }

    Optional<Position> position() {
      return position;
    }
  }

  /** The one value that the text is. */
  static ConfigValue of(byte[] text) throws UnreadableException {
    try (JsonParser parser = JSON.createParser(text)) {
      return new ConfigTree(parser).all();
    } catch (JsonProcessingException e) {
      throw new UnreadableException(
          position(e.getLocation()),
          "is no JSON: " + Quoted.oneLine(e.getOriginalMessage().replace('\n', ' '), SHOWN));
    } catch (IOException e) {
      throw new UnreadableException(
          Optional.empty(), "is no JSON: " + Quoted.oneLine(String.valueOf(e.getMessage()), SHOWN));
    }
  }

  /** The same from a tree; nothing has a position then. */
  static ConfigValue of(JsonNode tree) throws UnreadableException {
    try (JsonParser parser = tree.traverse()) {
      return new ConfigTree(parser).all();
    } catch (IOException e) {
      throw new UnreadableException(
          Optional.empty(), Quoted.oneLine(String.valueOf(e.getMessage()), SHOWN));
    }
  }

  private ConfigValue all() throws IOException, UnreadableException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new UnreadableException(Optional.empty(), "is empty: want a JSON object");
    }
    ConfigValue all = value(first, 0);
    if (parser.nextToken() != null) {
      throw new UnreadableException(here(), "goes on after the end of its JSON value");
    }
    return all;
  }

  private ConfigValue value(JsonToken token, int depth) throws IOException, UnreadableException {
    Optional<Position> here = here();
    if (++values > MAX_VALUES) {
      throw new UnreadableException(here, "has more than %d values".formatted(MAX_VALUES));
    }
    if (depth >= MAX_DEPTH && token.isStructStart()) {
      throw new UnreadableException(here, "is nested deeper than %d levels".formatted(MAX_DEPTH));
    }
    return switch (token) {
      case START_OBJECT -> new ObjectValue(members(depth + 1), here);
      case START_ARRAY -> new ListValue(elements(depth + 1), here);
      case VALUE_TRUE, VALUE_FALSE -> new FlagValue(token == JsonToken.VALUE_TRUE, here);
      case VALUE_NULL -> new NullValue(here);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new NumberValue(parser.getText(), here);
      default -> new TextValue(parser.getText(), here);
    };
  }

  private List<Member> members(int depth) throws IOException, UnreadableException {
    List<Member> members = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      Optional<Position> keyPosition = here();
      members.add(new Member(key, keyPosition, value(parser.nextToken(), depth)));
    }
    return members;
  }

  private List<ConfigValue> elements(int depth) throws IOException, UnreadableException {
    List<ConfigValue> elements = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      elements.add(value(token, depth));
    }
    return elements;
  }

  private Optional<Position> here() {
    return position(parser.currentTokenLocation());
  }

  private static Optional<Position> position(JsonLocation location) {
    return Optional.ofNullable(location)
        .filter(one -> one.getLineNr() > 0)
        .map(one -> new Position(one.getLineNr(), one.getColumnNr()));
  }
}
