package io.myriapod.vfio.change;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.types.PciAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes to sysfs within a deadline. A write that the kernel does not answer cannot be called off:
 * it is left to its own platform thread, and the function is not touched again before it has
 * returned.
 */
final class DeadlineWriter {
  private final SysfsWriter writer;
  private final Deadlines deadlines;
  private final Map<PciAddress, String> unanswered = new ConcurrentHashMap<>();

  DeadlineWriter(SysfsWriter writer, Deadlines deadlines) {
    this.writer = writer;
    this.deadlines = deadlines;
  }

  /** Throws DeviceException UNUSABLE if a write to that function has not returned. */
  void requireAnswering(PciAddress function) {
    Optional.ofNullable(unanswered.get(function))
        .ifPresent(
            write -> {
              throw new DeviceException(
                  DeviceException.Kind.UNUSABLE,
                  "use device %s: an earlier write has not returned: %s".formatted(function, write),
                  "`dmesg` may say what the driver waits for; if it never returns, reboot the node");
            });
  }

  void write(Change.Write change) {
    requireAnswering(change.subject());
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                writer.write(change.path(), change.value());
                done.complete(null);
              } catch (Throwable e) { // whatever it is, it has returned
                done.completeExceptionally(e);
              }
            },
            "sysfs-" + change.subject());
    thread.setDaemon(true);
    thread.start();
    await(change, done);
  }

  private void await(Change.Write change, CompletableFuture<Void> done) {
    Duration deadline = deadlines.of(change);
    try {
      done.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw unanswered(change, done, deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unanswered(change, done, deadline);
    } catch (ExecutionException e) {
      throw refused(change, e.getCause());
    }
  }

  private DeviceException unanswered(
      Change.Write change, CompletableFuture<Void> done, Duration deadline) {
    unanswered.put(change.subject(), change.toString());
    done.whenComplete((nothing, failure) -> unanswered.remove(change.subject()));
    return new DeviceException(
        DeviceException.Kind.UNUSABLE,
        "%s: no answer from the kernel within %d ms".formatted(change, deadline.toMillis()),
        "`dmesg` may say what the driver waits for; the device is left alone until the write returns");
  }

  private static DeviceException refused(Change.Write change, Throwable failure) {
    String finding =
        failure instanceof ErrnoException errno
            ? Errno.name(errno.errno())
            : Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
    return new DeviceException(
        DeviceException.Kind.REFUSED,
        "%s: %s".formatted(change, finding),
        advice(change, failure),
        failure);
  }

  private static String advice(Change.Write change, Throwable failure) {
    boolean noMemory = failure instanceof ErrnoException errno && errno.is(Errno.ENOMEM);
    return noMemory && change.step().equals("sriov_numvfs")
        ? "the bridge above has no room for the functions' registers: boot with pci=realloc"
        : "`dmesg` has the driver's own words";
  }
}
