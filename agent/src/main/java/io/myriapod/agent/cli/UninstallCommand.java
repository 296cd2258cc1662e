package io.myriapod.agent.cli;

import io.myriapod.agent.install.Installation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Hands the node back to its own network. */
@Command(
    name = "uninstall",
    description = "Hands the node back to its own network.",
    footer = {
      "%nThe network goes at once, the shim when nothing needs it any more: exit code 3 says that it"
          + " stays and why. Keep the agent running until then."
    })
public final class UninstallCommand implements Callable<Integer> {
  private static final int STILL_NEEDED = 3;

  /** In which the runtime notices that our network is gone, and calls on their way arrive. */
  private static final Duration NOTICED = Duration.ofSeconds(2);

  @Spec private CommandSpec spec;

  @Mixin private NodeFolderOptions folders;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Installation installation = new Installation(folders.folders());
    List<String> done = installation.handBack();
    done.forEach(out::println);
    if (!done.isEmpty()) {
      Thread.sleep(NOTICED.toMillis());
    }
    installation.removeShim().forEach(out::println);
    Optional<String> needed = installation.needed();
    needed.ifPresent(
        left -> out.println("the shim and the agent stay for %s; run it again".formatted(left)));
    return needed.isPresent() ? STILL_NEEDED : 0;
  }
}
