package io.myriapod.agent.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The node's virtual functions: what there is, and changes of it. */
@Command(
    name = "vf",
    description = "Shows, creates, binds and resets virtual functions of SR-IOV NICs.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      VfListCommand.class,
      VfCreateCommand.class,
      VfBindCommand.class,
      VfResetCommand.class,
      VfApplyCommand.class
    },
    footer = {
      "%nChanges are made by the agent, or without one under its lock. Each is made",
      "whole or not at all; functions that are in use are refused.",
      "%nExamples:",
      "  myriapod vf create ens1f0 4",
      "  myriapod vf create 0000:01:00.0 4 --driver vfio-pci --dry-run",
      "  myriapod vf bind 0000:01:10.2 vfio-pci",
      "  myriapod vf bind 0000:01:10.2 --default"
    })
public final class VfCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "vf: want list, create, bind, reset or apply");
  }
}
