package io.myriapod.linux.process;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.libc.Libc;

/**
 * A group of processes, by the number of the one that made it: what a foreign program started and
 * all that this started in turn, unless one made a group of its own. setpgid(2), kill(2)
 *
 * @param id greater than 1, which would be everybody
 */
public record ProcessGroup(int id) {
  public ProcessGroup {
    if (id <= 1) {
      throw new IllegalArgumentException("process group %d: want more than 1".formatted(id));
    }
  }

  /** Ends all at once (SIGKILL); false if there is none left. */
  public boolean kill() {
    return signal(Libc.SIGKILL);
  }

  /** Whether a process of it is there, a dead one not waited for included. */
  public boolean exists() {
    return signal(0);
  }

  private boolean signal(int number) {
    try {
      Libc.kill(-id, number);
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.ESRCH)) {
        return false;
      }
      throw e;
    }
  }
}
