package io.myriapod.linux.inotify;

import io.myriapod.linux.libc.Descriptor;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches directories. Unlike {@code java.nio}'s WatchService it has no thread: {@link #drain()}
 * tells at once what happened until then, so that what is known can be made true before it is used.
 */
public final class Inotify implements AutoCloseable {
  public static final int MODIFIED = 0x2;
  public static final int CLOSED_WRITTEN = 0x8;
  public static final int MOVED_FROM = 0x40;
  public static final int MOVED_TO = 0x80;
  public static final int CREATED = 0x100;
  public static final int DELETED = 0x200;
  public static final int SELF_DELETED = 0x400;
  public static final int SELF_MOVED = 0x800;

  /** All that changes which names a directory has or what its files hold. */
  public static final int ENTRIES =
      CLOSED_WRITTEN | MOVED_FROM | MOVED_TO | CREATED | DELETED | SELF_DELETED | SELF_MOVED;

  private static final int IN_Q_OVERFLOW = 0x4000;
  private static final int IN_IGNORED = 0x8000;
  private static final int HEADER = 16;
  private static final int PIECE = 64 * 1024;

  private final Descriptor descriptor;

  private Inotify(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  public static Inotify open() {
    return new Inotify(Libc.inotify());
  }

  /**
   * Something that happened.
   *
   * @param watch as {@link Inotify#watch} gave it
   * @param mask one of the constants, perhaps with IN_ISDIR (0x40000000)
   * @param name of the entry; empty for the watched file itself
   */
  public record Event(int watch, int mask, String name) {
    public boolean is(int kind) {
      return (mask & kind) != 0;
    }
  }

  /**
   * What happened since the last time.
   *
   * @param events in the order in which things happened
   * @param lost the kernel dropped some, or a watch ended: look at everything anew
   */
  public record Changes(List<Event> events, boolean lost) {
    public Changes {
      events = List.copyOf(events);
    }

    public boolean isEmpty() {
      return events.isEmpty() && !lost;
    }
  }

  /**
   * Watches a file or a directory's entries.
   *
   * @param mask the constants of this class, or-ed
   * @return the watch's number; the same for the same inode
   */
  public int watch(Path path, int mask) {
    return Libc.inotifyAddWatch(descriptor, path.toString(), mask);
  }

  /** Ends a watch; {@link #drain} then reports its end as lost once. */
  public void unwatch(int watch) {
    Libc.inotifyRemoveWatch(descriptor, watch);
  }

  /** What happened until now; returns at once. */
  public synchronized Changes drain() {
    List<Event> events = new ArrayList<>();
    boolean lost = false;
    byte[] piece = new byte[PIECE];
    for (int n = read(piece); n > 0; n = read(piece)) {
      lost |= parse(ByteBuffer.wrap(piece, 0, n).order(ByteOrder.nativeOrder()), events);
    }
    return new Changes(events, lost);
  }

  /** Waits until something happens; false if the time is over before. */
  public boolean await(Duration time) {
    return Libc.pollInput(descriptor, time);
  }

  private int read(byte[] piece) {
    try {
      return Libc.read("read inotify events", descriptor, piece);
    } catch (ErrnoException e) {
      if (e.is(Errno.EAGAIN)) {
        return 0;
      }
      throw e;
    }
  }

  /** inotify_event*: watch i32 | mask u32 | cookie u32 | length u32 | name, padded with zeroes. */
  private static boolean parse(ByteBuffer in, List<Event> events) {
    boolean lost = false;
    while (in.remaining() >= HEADER) {
      int watch = in.getInt();
      int mask = in.getInt();
      in.getInt();
      byte[] name = new byte[in.getInt()];
      in.get(name);
      if ((mask & (IN_Q_OVERFLOW | IN_IGNORED)) != 0) {
        lost = true;
      } else {
        String text = new String(name, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        events.add(new Event(watch, mask, end < 0 ? text : text.substring(0, end)));
      }
    }
    return lost;
  }

  @Override
  public synchronized void close() {
    descriptor.close();
  }
}
