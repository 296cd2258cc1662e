package io.myriapod.agent.cli;

import io.myriapod.agent.install.Installation;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Around what Myriapod becomes the node's network, and in whose place. */
final class InstallationOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private NodeFolderOptions folders;

  @Option(
      names = "--primary",
      paramLabel = "NAME",
      description = "the node's own network by its name; needed if there are several")
  private String primary;

  /** Whose place can be taken. */
  private enum Other {
    MULTUS
  }

  @Option(
      names = "--as",
      paramLabel = "multus",
      description =
          "takes the place of Multus: the shim answers to its names, its networks are set aside and"
              + " their settings kept")
  private Other as;

  @Option(
      names = "--replace",
      description = "with --as: sets Multus's programs aside until uninstall")
  private boolean replace;

  NodeFolderOptions folders() {
    return folders;
  }

  Optional<String> primary() {
    return Optional.ofNullable(primary);
  }

  Installation installation() {
    if (as == null && replace) {
      throw new ParameterException(spec.commandLine(), "--replace: only together with --as");
    }
    return as == null
        ? new Installation(folders.folders())
        : Installation.asMultus(folders.folders(), replace);
  }
}
