package io.myriapod.agent.cli;

import io.myriapod.agent.install.Installation;
import io.myriapod.agent.install.Primary;
import io.myriapod.agent.install.PrimaryChoice;
import io.myriapod.agent.status.StatusClient;
import io.myriapod.agent.status.StatusClient.Question;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes Myriapod the network of the node's pods. */
@Command(
    name = "install",
    description = "Makes Myriapod the network of this node's pods, around the node's own one.",
    footer = {
      "%nWaits for a ready agent and for the node's own network, which must stay the same for two"
          + " seconds. What is in place already is left alone, files of others are never touched."
    })
public final class InstallCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(250);

  @Spec private CommandSpec spec;

  @Mixin private InstallationOptions options;

  @Option(
      names = "--shim",
      paramLabel = "FILE",
      required = true,
      description = "the shim to install (default: $MYRIAPOD_SHIM)",
      defaultValue = "${env:MYRIAPOD_SHIM}")
  private Path shim;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "how long to wait (default: ${DEFAULT-VALUE})",
      defaultValue = "120")
  private int seconds;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Installation installation = options.installation();
    long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    awaitAgent(deadline);
    List<String> done = installation.install(shim, settled(deadline, installation));
    done.forEach(out::println);
    if (done.isEmpty()) {
      out.println("all is in place");
    } else {
      Thread.sleep(PrimaryChoice.SETTLED.toMillis());
    }
    installation.requireInPlace();
    return 0;
  }

  private void awaitAgent(long deadline) throws InterruptedException {
    while (!isReady()) {
      pause(deadline, "an agent that is ready; see myriapod status");
    }
  }

  private boolean isReady() {
    try {
      return new StatusClient(options.folders().folders().paths())
          .ask(Question.GLANCE)
          .filter(json -> json.path("ready").asBoolean())
          .isPresent();
    } catch (CniException e) {
      return false; // it is about to end, or to begin
    }
  }

  private Primary settled(long deadline, Installation installation) throws InterruptedException {
    PrimaryChoice choice = new PrimaryChoice(installation, options.primary());
    while (!choice.look()) {
      pause(deadline, choice.wanted());
    }
    if (choice.refusal().isPresent()) {
      throw choice.refusal().get();
    }
    return choice.primary().orElseThrow();
  }

  private void pause(long deadline, String what) throws InterruptedException {
    if (System.nanoTime() > deadline) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "install: waited %d s for %s".formatted(seconds, what),
          "nothing was changed");
    }
    Thread.sleep(LOOK.toMillis());
  }
}
