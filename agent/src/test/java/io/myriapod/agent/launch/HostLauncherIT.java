package io.myriapod.agent.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.shim.ShimBinary;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.foreign.ExecutableBusyException;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shell scripts as foreign plugins, run through the real exec-host. */
@Timeout(120)
class HostLauncherIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/bin:/bin", "CNI_COMMAND", "ADD");

  @TempDir Path folder;

  private final HostLauncher launcher = new HostLauncher(ShimBinary.path());

  @Test
  void run_plugin_getsStdinAndGivesBothOutputsAndItsCode() throws IOException {
    Launcher.Outcome outcome = run(script("cat; echo oops >&2; exit 7"), "config", LONG);

    assertEquals(7, outcome.exitCode());
    assertEquals("config", new String(outcome.stdout(), UTF_8));
    assertEquals("oops\n", new String(outcome.stderr(), UTF_8));
  }

  @Test
  void run_environment_isExactlyTheGivenOne() throws IOException {
    Path env = Files.createSymbolicLink(folder.resolve("env"), Path.of("/usr/bin/env"));

    String printed = new String(run(env, "", LONG).stdout(), UTF_8);

    assertEquals(2, printed.lines().count(), printed);
    assertTrue(printed.contains("CNI_COMMAND=ADD\n"));
    assertTrue(printed.contains("PATH=/usr/bin:/bin\n"));
  }

  @Test
  void run_plugin_leadsItsGroupAndInheritsNoFiles() throws IOException {
    Path script = script("cut -d' ' -f1,5 /proc/$$/stat; ls /proc/$$/fd");

    String[] lines = new String(run(script, "", LONG).stdout(), UTF_8).split("\n", 2);

    String[] pidAndGroup = lines[0].split(" ");
    assertEquals(pidAndGroup[0], pidAndGroup[1]);
    for (String fd : lines[1].strip().split("\n")) {
      assertTrue(Integer.parseInt(fd) <= 2 || Integer.parseInt(fd) == 10, lines[1]);
    }
  }

  @Test
  void run_pluginNeverReadsStdin_isNoError() throws IOException {
    String stdin = "x".repeat(1 << 20);

    assertEquals("{}\n", new String(run(script("echo {}"), stdin, LONG).stdout(), UTF_8));
    assertEquals(0, run(script("exec <&-; exit 0"), stdin, LONG).exitCode());
  }

  @Test
  void run_killedBySignal_code128PlusSignal() throws IOException {
    assertEquals(128 + 9, run(script("kill -9 $$"), "", LONG).exitCode());
  }

  @Test
  void run_deadlinePasses_groupIsKilledAndCode11() throws IOException {
    Path script = script("sleep 1000 & echo $! >" + folder + "/grandchild; wait");
    Deadline deadline = Deadline.in(Duration.ofSeconds(2));

    CniException e = assertThrows(CniException.class, () -> run(script, "", deadline));

    assertEquals(11, e.code());
    assertGone("grandchild");
  }

  @Test
  void run_cancelled_groupIsKilledAndCode11() throws IOException {
    Path script = script("sleep 1000 & echo $! >" + folder + "/grandchild; wait");
    Deadline deadline = Deadline.in(LONG);
    CompletableFuture<Launcher.Outcome> running =
        CompletableFuture.supplyAsync(() -> run(script, "", deadline));
    pid("grandchild");

    deadline.cancel();

    CompletionException e = assertThrows(CompletionException.class, running::join);
    assertEquals(11, ((CniException) e.getCause()).code());
    assertGone("grandchild");
  }

  @Test
  void run_leaderEndsButGrandchildHoldsTheOutput_outcomeComesAndGrandchildGoes()
      throws IOException {
    Path script = script("sleep 1000 & echo $! >" + folder + "/grandchild; echo done; exit 3");

    Launcher.Outcome outcome = run(script, "", LONG);

    assertEquals(3, outcome.exitCode());
    assertEquals("done\n", new String(outcome.stdout(), UTF_8));
    assertGone("grandchild");
  }

  @Test
  void run_printsTooMuch_isEndedWithCode5() throws IOException {
    CniException e = assertThrows(CniException.class, () -> run(script("exec yes"), "", LONG));

    assertEquals(5, e.code());
    assertTrue(e.getMessage().contains("more than 1048576 bytes"), e.getMessage());
  }

  @Test
  void run_longStderr_isBoundedAndNoError() throws IOException {
    Launcher.Outcome outcome = run(script("head -c 1000000 /dev/zero >&2"), "", LONG);

    assertEquals(0, outcome.exitCode());
    assertEquals(64 << 10, outcome.stderr().length);
  }

  @Test
  void run_noSuchProgram_code5NamingIt() {
    Path missing = folder.resolve("missing");

    CniException e = assertThrows(CniException.class, () -> run(missing, "", LONG));

    assertEquals(5, e.code());
    assertTrue(e.getMessage().startsWith("run " + missing + ": exec"), e.getMessage());
  }

  @Test
  void run_programBeingWritten_saysBusy() throws IOException {
    Path copy = Files.copy(Path.of("/bin/true").toRealPath(), folder.resolve("busy"));
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (OutputStream writing = Files.newOutputStream(copy, StandardOpenOption.APPEND)) {
      writing.flush();
      assertThrows(ExecutableBusyException.class, () -> run(copy, "", LONG));
    }
    assertEquals(0, run(copy, "", LONG).exitCode());
  }

  @Test
  void run_pluginExits127ByItself_isAnOutcome() throws IOException {
    assertEquals(127, run(script("echo mine >&2; exit 127"), "", LONG).exitCode());
  }

  @Test
  void run_noShim_code5() {
    HostLauncher without = new HostLauncher(folder.resolve("nothing"));

    CniException e =
        assertThrows(
            CniException.class,
            () -> without.run(Path.of("/bin/true"), Map.of(), new byte[0], Deadline.in(LONG)));

    assertEquals(5, e.code());
  }

  @Test
  void run_manyAtOnce_allEnd() throws IOException {
    Path script = script("cat");
    CompletableFuture<?>[] all = new CompletableFuture<?>[20];
    for (int i = 0; i < all.length; i++) {
      String text = "config " + i;
      all[i] =
          CompletableFuture.supplyAsync(() -> run(script, text, LONG))
              .thenAccept(outcome -> assertEquals(text, new String(outcome.stdout(), UTF_8)));
    }
    CompletableFuture.allOf(all).join();
  }

  @Test
  void execHost_parentIsAnother_neverStartsTheProgram() {
    int code =
        Command.of(
                ShimBinary.path().toString(),
                "exec-host",
                "--parent",
                "1",
                "--",
                "/bin/touch",
                folder.resolve("touched").toString())
            .attempt()
            .exitCode();

    assertEquals(126, code);
    assertFalse(Files.exists(folder.resolve("touched")));
  }

  @Test
  void execHost_parentDies_programDies() throws Exception {
    Path script = script("echo $$ >" + folder + "/child; exec sleep 1000");
    Process parent =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "\"$0\" exec-host -- \"$1\"; exit 0",
                ShimBinary.path().toString(),
                script.toString())
            .start();
    pid("child");

    parent.destroyForcibly();

    assertGone("child");
  }

  private Launcher.Outcome run(Path program, String stdin, Duration longest) {
    return run(program, stdin, Deadline.in(longest));
  }

  private Launcher.Outcome run(Path program, String stdin, Deadline deadline) {
    return launcher.run(program, ENVIRONMENT, stdin.getBytes(UTF_8), deadline);
  }

  private Path script(String body) throws IOException {
    Path script = Files.createTempFile(folder, "plugin", "");
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private long pid(String file) {
    Path path = folder.resolve(file);
    Waiting.until(LONG, file, () -> Files.exists(path) && Files.size(path) > 1);
    try {
      return Long.parseLong(Files.readString(path).strip());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Dead, or a zombie that its new parent has not looked at yet. */
  private void assertGone(String file) {
    Path stat = Path.of("/proc/" + pid(file) + "/stat");
    Waiting.until(
        LONG,
        file + " is gone",
        () -> {
          try {
            return Files.readString(stat).contains(") Z ");
          } catch (IOException e) {
            return true;
          }
        });
  }
}
