package io.myriapod.cni.foreign;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Deadline;
import java.nio.file.Path;
import java.util.Map;

/** Starts an executable and waits for its end. The agent implements it. */
public interface Launcher {
  /** Bytes that are kept of each output; a program that prints more on stdout is an error. */
  int MAX_OUTPUT = 1 << 20;

  /**
   * Runs the program with exactly this environment and waits. When the deadline passes or is
   * cancelled, the program's whole process group is killed. A program that ends, or closes its
   * stdin, without reading it is no error.
   *
   * @throws ExecutableBusyException if execve(2) says ETXTBSY; nothing has run
   * @throws CniException 11 if the deadline passed, 5 if the program cannot be started or prints
   *     more than {@link #MAX_OUTPUT} bytes
   */
  Outcome run(Path program, Map<String, String> environment, byte[] stdin, Deadline deadline);

  /**
   * How the program ended.
   *
   * @param exitCode 128 plus the signal's number for one killed by a signal
   */
  record Outcome(int exitCode, byte[] stdout, byte[] stderr) {}
}
