package io.myriapod.base.tuning;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The node's list of sysctls that networks may set, {@code /etc/cni/tuning/allowlist.conf}: one
 * regular expression a line, found anywhere in the key as the config has it. Without the file all
 * are allowed, with an empty one none; a comment is an expression that nothing matches. Read anew
 * each time.
 */
final class AllowList {
  private static final Path FILE = Path.of("etc/cni/tuning/allowlist.conf");
  private static final int MAX_BYTES = 256 * 1024;

  private final Path file;

  /**
   * @param root what the file is below
   */
  AllowList(Path root) {
    this.file = root.resolve(FILE);
  }

  /**
   * Returns if every one is allowed.
   *
   * @throws CniException 7 naming the first that is not, or the line that is no expression; 5 if
   *     the list cannot be read
   */
  void require(List<SysctlSetting> settings) {
    if (settings.isEmpty() || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Pattern> patterns = read();
    for (SysctlSetting setting : settings) {
      boolean allowed =
          patterns.stream()
              .anyMatch(one -> one.matcher(new BoundedText(setting.key(), one)).find());
      if (!allowed) {
        throw setting.refused("a sysctl that the node's %s allows".formatted(file));
      }
    }
  }

  private List<Pattern> read() {
    List<Pattern> patterns = new ArrayList<>();
    int number = 0;
    for (String line : text().split("\n")) {
      number++;
      if (!line.isBlank()) {
        patterns.add(compiled(line.strip(), number));
      }
    }
    return patterns;
  }

  private String text() {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw unreadable("more than %d bytes".formatted(MAX_BYTES));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }

  private Pattern compiled(String line, int number) {
    try {
      return Pattern.compile(line);
    } catch (PatternSyntaxException e) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "allow-list of sysctls %s, line %d: %s".formatted(file, number, e.getDescription()),
          "each line is a regular expression such as \"^net.ipv4.conf.IFNAME.[a-z_]*$\"");
    }
  }

  private CniException unreadable(String finding) {
    return new CniException(
        ErrorCode.IO,
        "read allow-list of sysctls %s: %s".formatted(file, finding),
        "correct the file on the node, or remove it to allow every sysctl of the network");
  }

  /** The text is a tenant's: an expression that goes back and forth over it must come to an end. */
  private final class BoundedText implements CharSequence {
    private static final int STEPS = 1_000_000;
    private final String text;
    private final Pattern pattern;
    private int steps;

    BoundedText(String text, Pattern pattern) {
      this.text = text;
      this.pattern = pattern;
    }

    @Override
    public char charAt(int index) {
      if (++steps > STEPS) {
        throw new CniException(
            ErrorCode.INVALID_CONFIG,
            "allow-list of sysctls %s: \"%s\" takes too long for \"%s\""
                .formatted(file, pattern, text),
            "write the expression without repetitions of repetitions");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
