package io.myriapod.vfio.change;

import io.myriapod.linux.libc.ErrnoException;

/** Writes a file of sysfs. */
@FunctionalInterface
public interface SysfsWriter {
  /**
   * By one write(2); may never return.
   *
   * @param path below {@code /sys}
   * @throws ErrnoException what the kernel answered
   */
  void write(String path, String value);
}
