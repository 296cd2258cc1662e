package io.myriapod.agent.delegate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one HTTP/1.1 request: RFC 9112, without transfer codings, folded lines and bare line feeds.
 * Whatever comes after it is not read.
 */
final class RequestReader {
  static final int MOST_HEAD = 16 * 1024;
  static final int MOST_BODY = 2 * 1024 * 1024;

  private static final Pattern REQUEST_LINE =
      Pattern.compile("([A-Z]{1,16}) (/[!-~]{0,255}) HTTP/1\\.[01]");
  private static final Pattern FIELD =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}):[ \\t]*([\\t -~\\x80-\\xff]*?)[ \\t]*");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
  private static final byte[] END = {'\r', '\n', '\r', '\n'};

  /** Bytes as they come. */
  interface Source {
    /** The next ones, at least one; none at the end. */
    byte[] next() throws IOException;
  }

  private final Source source;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();

  RequestReader(Source source) {
    this.source = source;
  }

  /**
   * Reads it.
   *
   * @throws HttpRefusal if it is none, or beyond a bound
   * @throws IOException if the connection ends before
   */
  HttpRequest read() throws IOException, HttpRefusal {
    int head = head();
    String text = new String(read.toByteArray(), 0, head, StandardCharsets.ISO_8859_1);
    List<String> lines = List.of(text.split("\r\n", -1));
    Matcher first = REQUEST_LINE.matcher(lines.get(0));
    if (!first.matches()) {
      throw new HttpRefusal(400, "the first line is no request of HTTP/1.1");
    }
    int length = length(fields(lines.subList(1, lines.size())), first.group(1));
    return new HttpRequest(first.group(1), first.group(2), body(head + END.length, length));
  }

  /** Where the head ends. */
  private int head() throws IOException, HttpRefusal {
    int from = 0;
    while (true) {
      byte[] bytes = read.toByteArray();
      for (int at = from; at + END.length <= bytes.length; at++) {
        if (isEnd(bytes, at)) {
          return at;
        }
      }
      if (bytes.length > MOST_HEAD) {
        throw new HttpRefusal(431, "want at most %d bytes of head".formatted(MOST_HEAD));
      }
      from = Math.max(0, bytes.length - END.length + 1);
      more();
    }
  }

  private static boolean isEnd(byte[] bytes, int at) {
    for (int i = 0; i < END.length; i++) {
      if (bytes[at + i] != END[i]) {
        return false;
      }
    }
    return true;
  }

  private void more() throws IOException {
    byte[] next = source.next();
    if (next.length == 0) {
      throw new IOException("the request ends early");
    }
    read.write(next);
  }

  private static Map<String, String> fields(List<String> lines) throws HttpRefusal {
    Map<String, String> fields = new HashMap<>();
    for (String line : lines) {
      Matcher field = FIELD.matcher(line);
      if (!field.matches()) {
        throw new HttpRefusal(400, "a line of the head is no field");
      }
      String name = field.group(1).toLowerCase(Locale.ROOT);
      if (fields.put(name, field.group(2)) != null) {
        throw new HttpRefusal(400, "field \"%s\" comes twice".formatted(name));
      }
    }
    return fields;
  }

  private static int length(Map<String, String> fields, String method) throws HttpRefusal {
    if (fields.containsKey("transfer-encoding") || fields.containsKey("expect")) {
      throw new HttpRefusal(501, "want a body with a Content-Length, sent at once");
    }
    String length = fields.get("content-length");
    if (length == null) {
      if (method.equals("POST")) {
        throw new HttpRefusal(411, "want a Content-Length");
      }
      return 0;
    }
    if (!LENGTH.matcher(length).matches()) {
      throw new HttpRefusal(400, "the Content-Length is no number");
    }
    if (Integer.parseInt(length) > MOST_BODY) {
      throw new HttpRefusal(413, "want at most %d bytes of body".formatted(MOST_BODY));
    }
    return Integer.parseInt(length);
  }

  private byte[] body(int from, int length) throws IOException {
    while (read.size() < from + length) {
      more();
    }
    byte[] body = new byte[length];
    System.arraycopy(read.toByteArray(), from, body, 0, length);
    return body;
  }
}
