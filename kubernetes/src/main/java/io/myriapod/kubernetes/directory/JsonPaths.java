package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds values of JSON text by their path: keys, and indexes of lists as decimal numbers. */
final class JsonPaths {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern STEP = Pattern.compile("\\[(\\d+)]|([^.\\[]+)");

  private final JsonParser parser;
  private int found;

  private JsonPaths(JsonParser parser) {
    this.parser = parser;
  }

  /** The steps of a path as messages write it: {@code ipam.ranges[0][1].subnet}. */
  static List<String> steps(String written) {
    List<String> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(written);
    while (matcher.find()) {
      steps.add(matcher.group(matcher.group(1) == null ? 2 : 1));
    }
    return steps;
  }

  /** A value's place: how many steps of the path led to it, and the offset of its key. */
  record Hit(int steps, int offset) {}

  /**
   * The value of the path, or the last one on the way to it. Case of keys does not matter. Text
   * that is no JSON is read as far as it is.
   */
  static Hit find(String json, List<String> path) {
    try (JsonParser parser = JSON.createParser(json)) {
      return new JsonPaths(parser).hit(path);
    } catch (IOException e) {
      throw new UncheckedIOException("close a reader of text", e);
    }
  }

  /** Offset of each value of a file that has been read before, and behind it the file's end. */
  static List<Integer> begins(String json) throws IOException {
    List<Integer> begins = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      JsonPaths values = new JsonPaths(parser);
      while (parser.nextToken() != null) {
        values.here();
        begins.add(values.found);
        parser.skipChildren();
      }
    }
    begins.add(json.length());
    return begins;
  }

  private Hit hit(List<String> path) {
    int steps = 0;
    try {
      parser.nextToken();
      here();
      while (steps < path.size() && step(path.get(steps))) {
        steps++;
      }
    } catch (IOException e) {
      return new Hit(steps, found); // told by whoever reads the values
    }
    return new Hit(steps, found);
  }

  private void here() {
    found = (int) parser.currentTokenLocation().getCharOffset();
  }

  /** Goes to the value of that key or index of the current one. */
  private boolean step(String step) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      return key(step);
    }
    return parser.currentToken() == JsonToken.START_ARRAY && element(step);
  }

  private boolean key(String key) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equalsIgnoreCase(key);
      if (wanted) {
        here();
      }
      parser.nextToken();
      if (wanted) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  private boolean element(String index) throws IOException {
    int left = index.matches("\\d{1,9}") ? Integer.parseInt(index) : Integer.MAX_VALUE;
    for (JsonToken t = parser.nextToken();
        t != null && t != JsonToken.END_ARRAY;
        t = parser.nextToken()) {
      if (left == 0) {
        here();
        return true;
      }
      left--;
      parser.skipChildren();
    }
    return false;
  }
}
