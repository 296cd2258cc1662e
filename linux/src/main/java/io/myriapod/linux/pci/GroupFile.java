package io.myriapod.linux.pci;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.libc.Libc;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file by which a program gets a whole IOMMU group. Documentation/driver-api/vfio.rst */
public final class GroupFile {
  private final Path file;

  /**
   * @param devices what stands for {@code /dev}
   */
  public GroupFile(Path devices, IommuGroup group) {
    this.file = devices.resolve(group.deviceFile());
  }

  public Path path() {
    return file;
  }

  /**
   * Whether a program has it: one at a time may, so opening it then answers EBUSY. It is opened for
   * the blink of an eye; a program that starts just then is refused and has to start again.
   */
  public boolean isTaken() {
    if (!Files.exists(file)) {
      return false;
    }
    try {
      Libc.open(file.toString(), Libc.O_RDWR, 0).close();
      return false;
    } catch (ErrnoException e) {
      return e.is(Errno.EBUSY);
    }
  }
}
