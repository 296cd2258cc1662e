package io.myriapod.linux.sys;

import io.myriapod.types.Quoted;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the Linux kernel, as far as it decides what the kernel can do. uname(2) */
public record KernelRelease(int major, int minor) implements Comparable<KernelRelease> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*", Pattern.DOTALL);

  /** The kernel that runs. */
  public static KernelRelease running() {
    return parse(KernelFile.read(Path.of("/proc/sys/kernel/osrelease")).strip());
  }

  /**
   * Reads {@code 6.1.0-18-amd64}.
   *
   * @throws IllegalArgumentException that shows the text
   */
  public static KernelRelease parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "kernel release %s: want a number, a dot and a number".formatted(Quoted.shortened(text)));
    }
    return new KernelRelease(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  @Override
  public int compareTo(KernelRelease other) {
    return major == other.major
        ? Integer.compare(minor, other.minor)
        : Integer.compare(major, other.major);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
