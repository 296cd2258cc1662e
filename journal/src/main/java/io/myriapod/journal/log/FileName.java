package io.myriapod.journal.log;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code segment-NUMBER.log} or {@code snapshot-NUMBER.log}. Numbers are never used twice; a
 * snapshot stands for everything in files of lower numbers.
 */
record FileName(boolean snapshot, long number) {
  static final String TEMPORARY = ".tmp";
  private static final Pattern FORM = Pattern.compile("(segment|snapshot)-([0-9]{18})\\.log");

  static FileName segment(long number) {
    return new FileName(false, number);
  }

  static FileName snapshot(long number) {
    return new FileName(true, number);
  }

  /** Absent if the name is of another form. */
  static Optional<FileName> parse(String name) {
    Matcher matcher = FORM.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new FileName(matcher.group(1).equals("snapshot"), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "%s-%018d.log".formatted(snapshot ? "snapshot" : "segment", number);
  }
}
