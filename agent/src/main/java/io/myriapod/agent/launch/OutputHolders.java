package io.myriapod.agent.launch;

import io.myriapod.linux.process.ProcessGroup;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Who still holds the outputs of a program that has ended. The JDK closes its end of the pipes when
 * the program ends and nobody is just reading, so that end of file alone does not tell. proc(5)
 *
 * @param pipes the pipes behind the program's outputs, as {@code /proc/PID/fd} names them; empty if
 *     it had ended before it could be looked at: then any pipe that one of its group has as its
 *     output is taken for one of them
 */
record OutputHolders(ProcessGroup group, Set<String> pipes) {
  private static final Path PROC = Path.of("/proc");
  private static final int[] OUTPUTS = {1, 2};

  OutputHolders {
    pipes = Set.copyOf(pipes);
  }

  /** Of a program that has just been started and leads, or will lead, a group of its own. */
  static OutputHolders of(long pid) {
    return new OutputHolders(
        new ProcessGroup((int) pid), outputsOf(PROC.resolve(Long.toString(pid))));
  }

  /** Whether a process of the group has one of the pipes as its own output. */
  boolean areThere() {
    return group.exists() && anyMember();
  }

  private boolean anyMember() {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (isMember(process) && outputsOf(process).stream().anyMatch(this::isOne)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isOne(String pipe) {
    return pipes.isEmpty() || pipes.contains(pipe);
  }

  /** {@code PID (NAME) STATE PPID PGRP …}; the name may hold anything. */
  private boolean isMember(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 4);
      return fields[2].equals(Integer.toString(group.id()));
    } catch (IOException e) {
      return false; // it has ended meanwhile
    }
  }

  private static Set<String> outputsOf(Path process) {
    Set<String> outputs = new HashSet<>();
    for (int output : OUTPUTS) {
      try {
        Path target = Files.readSymbolicLink(process.resolve("fd/" + output));
        outputs.add(target.toString());
      } catch (IOException e) {
        // closed, or the process has ended
      }
    }
    outputs.removeIf(target -> !target.startsWith("pipe:"));
    return outputs;
  }
}
