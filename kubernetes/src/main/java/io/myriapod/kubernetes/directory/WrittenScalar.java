package io.myriapod.kubernetes.directory;

/**
 * How a string was written in a file: which of its characters came from which place. Knows the
 * escapes and folded lines of quoted and plain scalars of YAML, and of JSON's strings.
 */
final class WrittenScalar {
  private final String source;
  private final String value;
  private final char quote;

  /** Offset of the next character: in the value and in the file. */
  private int done;

  private int at;

  /**
   * @param begin offset of the first character in the file, a quote included
   */
  WrittenScalar(String source, String value, int begin) {
    this.source = source;
    this.value = value;
    char first = begin < source.length() ? source.charAt(begin) : ' ';
    this.quote = first == '"' || first == '\'' ? first : ' ';
    this.at = quote == ' ' ? begin : begin + 1;
  }

  /** The offset in the file of that offset in the value. To be asked once. */
  int find(int offset) {
    while (done < Math.min(offset, value.length()) && at < source.length()) {
      step();
    }
    if (quote != '\'' && at < source.length()) {
      skipContinuation();
    }
    return at;
  }

  private void step() {
    skipContinuation();
    int blank = blank();
    if (blank > 0) {
      int breaks = (int) source.substring(at, at + blank).chars().filter(c -> c == '\n').count();
      done += Math.max(1, breaks - 1);
      at += blank;
    } else if (quote == '\'' && source.startsWith("''", at)) {
      advance(1, 2);
    } else if (quote == '"' && source.charAt(at) == '\\') {
      escape();
    } else {
      advance(1, 1);
    }
  }

  private void escape() {
    char kind = at + 1 < source.length() ? source.charAt(at + 1) : ' ';
    switch (kind) {
      case 'x' -> advance(1, 4);
      case 'u' -> advance(1, 6);
      case 'U' -> advance(Character.charCount(value.codePointAt(done)), 10);
      default -> advance(1, 2);
    }
  }

  private void advance(int ofValue, int ofSource) {
    done += ofValue;
    at += ofSource;
  }

  /** A backslash at the end of a line joins it with the next one. */
  private void skipContinuation() {
    if (quote == '"' && source.startsWith("\\\n", at)) {
      at += 2;
      while (at < source.length() && (source.charAt(at) == ' ' || source.charAt(at) == '\t')) {
        at++;
      }
    }
  }

  /** Length of the blanks here if there is the end of a line among them, else 0. */
  private int blank() {
    int end = at;
    boolean breaks = false;
    while (end < source.length() && Character.isWhitespace(source.charAt(end))) {
      breaks |= source.charAt(end) == '\n';
      end++;
    }
    return breaks ? end - at : 0;
  }
}
