package io.myriapod.agent.cli;

import io.myriapod.agent.install.Installation;
import java.io.PrintWriter;
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
      "%nThe network goes at once, the shim when no attachment and no recorded DEL is left: exit"
          + " code 1 says that it stays and why. Keep the agent running until then."
    })
public final class UninstallCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private NodeFolderOptions folders;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Installation installation = new Installation(folders.folders());
    installation.uninstall().forEach(out::println);
    Optional<String> needed = installation.needed();
    needed.ifPresent(
        left -> out.println("the shim and the agent are still needed: " + left + "; run it again"));
    return needed.isPresent() ? 1 : 0;
  }
}
