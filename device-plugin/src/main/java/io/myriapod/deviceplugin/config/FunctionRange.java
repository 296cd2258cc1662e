package io.myriapod.deviceplugin.config;

import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A physical function and which of its virtual ones are meant: {@code ens1f0#0-3,7}.
 *
 * @param function name of the interface, or PCI address
 * @param parts the virtual functions; empty: all of them and the physical one itself
 */
public record FunctionRange(String function, List<Part> parts) {
  private static final Pattern PART = Pattern.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?");

  public FunctionRange {
    parts = List.copyOf(parts);
  }

  /** Both ends belong to it. */
  public record Part(int first, int last) {
    /** Throws {@link IllegalArgumentException} if it ends before it begins. */
    public Part {
      if (first < 0 || last < first) {
        throw new IllegalArgumentException(
            "range %d-%d ends before it begins".formatted(first, last));
      }
    }

    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + "-" + last;
    }
  }

  /**
   * Reads {@code FUNCTION} or {@code FUNCTION#PART,PART}; a part is a number, or two with {@code -}
   * between them. The function may have any form.
   *
   * @throws IllegalArgumentException showing the part that is none
   */
  public static FunctionRange of(String text) {
    int hash = text.indexOf('#');
    if (hash < 0) {
      return new FunctionRange(text, List.of());
    }
    List<Part> parts = new ArrayList<>();
    for (String part : text.substring(hash + 1).split(",", -1)) {
      parts.add(part(part.strip()));
    }
    return new FunctionRange(text.substring(0, hash), parts);
  }

  private static Part part(String text) {
    Matcher matcher = PART.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "range %s: want numbers and ranges of virtual functions such as #0-3,5"
              .formatted(Quoted.shortened(text)));
    }
    int first = Integer.parseInt(matcher.group(1));
    return new Part(first, matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2)));
  }

  /**
   * Whether that function is meant.
   *
   * @param index of the virtual one; absent for the physical function itself
   */
  public boolean includes(Optional<Integer> index) {
    return parts.isEmpty()
        || index
            .filter(
                one -> parts.stream().anyMatch(part -> part.first() <= one && one <= part.last()))
            .isPresent();
  }

  /** As {@link #of} takes it. */
  @Override
  public String toString() {
    return parts.isEmpty()
        ? function
        : parts.stream().map(Part::toString).collect(Collectors.joining(",", function + "#", ""));
  }
}
