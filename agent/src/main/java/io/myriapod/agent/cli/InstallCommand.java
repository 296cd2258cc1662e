package io.myriapod.agent.cli;

import io.myriapod.agent.install.Installation;
import io.myriapod.agent.status.StatusClient;
import io.myriapod.agent.status.StatusClient.Question;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
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
      "%nWaits for a ready agent and for the node's own network, which must stay the same for a"
          + " while. What is in place already is left alone, files of others are never touched."
    })
public final class InstallCommand implements Callable<Integer> {
  private static final Duration SETTLED = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(250);

  @Spec private CommandSpec spec;

  @Mixin private NodeFolderOptions folders;

  @Option(
      names = "--primary",
      paramLabel = "NAME",
      description = "the node's own network by its name; needed if there are several")
  private String primary;

  @Option(
      names = "--shim",
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
    Installation installation = new Installation(folders.folders());
    long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    StatusClient agent = new StatusClient(folders.folders().paths());
    await(deadline, "an agent that is ready", () -> isReady(agent));
    awaitSettled(deadline, installation);
    List<String> done = installation.install(shim, Optional.ofNullable(primary));
    done.forEach(out::println);
    if (done.isEmpty()) {
      out.println("all is in place");
    }
    installation.findings().forEach(spec.commandLine().getErr()::println);
    return 0;
  }

  private static boolean isReady(StatusClient agent) {
    return agent.ask(Question.GLANCE).filter(json -> json.path("ready").asBoolean()).isPresent();
  }

  /** A node that boots writes one network after the other. */
  private void awaitSettled(long deadline, Installation installation) throws InterruptedException {
    Optional<String> wanted = Optional.ofNullable(primary);
    await(deadline, "the node's own network", () -> installation.found(wanted).isPresent());
    Optional<String> seen = installation.found(wanted);
    long since = System.nanoTime();
    while (System.nanoTime() - since < SETTLED.toNanos()) {
      Thread.sleep(LOOK.toMillis());
      Optional<String> now = installation.found(wanted);
      if (!now.equals(seen)) {
        seen = now;
        since = System.nanoTime();
      }
      if (System.nanoTime() > deadline) {
        throw tooLate("the node's own network, which changes again and again");
      }
    }
  }

  private void await(long deadline, String what, BooleanSupplier there)
      throws InterruptedException {
    while (!there.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw tooLate(what);
      }
      Thread.sleep(LOOK.toMillis());
    }
  }

  private CniException tooLate(String what) {
    return new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "install: waited %d s for %s".formatted(seconds, what),
        "nothing was changed; see myriapod status and %s"
            .formatted(folders.folders().configurations()));
  }
}
