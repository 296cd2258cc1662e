package io.myriapod.cni.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpPrefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignPluginTest {
  private static final String CONFIG = "{'cniVersion':'1.0.0','name':'n','type':'p','x':1.50}";
  private static final CniResult RESULT =
      CniResult.empty()
          .withAddresses(
              List.of(
                  new Address(IpPrefix.parse("10.0.0.2/24"), Optional.empty(), Optional.empty())));

  @TempDir Path scratch;
  @TempDir Path bin;
  private ScriptPlugins scripts;
  private ForeignPlugin plugin;

  @BeforeEach
  void plugin() {
    scripts = new ScriptPlugins(bin);
    plugin = new ForeignPlugin("p", new ProcessLauncher(scratch));
  }

  @Test
  void add_recorder_getsTheSpecsEnvironmentAndNothingElse() {
    scripts.recorder("p", "echo '{\"cniVersion\":\"1.0.0\"}'");

    plugin.add(scripts.request(CONFIG));

    assertEquals(
        Map.of(
            "CNI_COMMAND", "ADD",
            "CNI_CONTAINERID", "c1",
            "CNI_NETNS", "/run/netns/pod",
            "CNI_IFNAME", "net1",
            "CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAME=web",
            "CNI_PATH", bin.toString(),
            "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/cni/bin",
            "TRACEPARENT", "00-aa-bb-01"),
        scripts.environment("p", "ADD"));
    assertEquals(CONFIG.replace('\'', '"'), scripts.stdin("p", "ADD"));
  }

  @Test
  void add_prevResult_goesAlongInTheConfigsVersion() {
    scripts.recorder("p", "echo null");
    PluginRequest request =
        scripts.request("{'cniVersion':'0.4.0','name':'n','type':'p','PrevResult':{'old':1}}");

    CniResult result = plugin.add(request.withPrevResult(Optional.of(RESULT)));

    assertEquals(CniResult.empty(), result);
    assertEquals(
        "{'cniVersion':'0.4.0','name':'n','type':'p','prevResult':{'cniVersion':'0.4.0',"
            + "'ips':[{'version':'4','address':'10.0.0.2/24'}],'dns':{}}}",
        scripts.stdin("p", "ADD").replace('"', '\''));
  }

  @ParameterizedTest
  @CsvSource({"0.3.1,false", "0.4.0,true"})
  void delete_prevResult_onlySinceVersion040(String version, boolean told) {
    scripts.recorder("p");
    PluginRequest request =
        scripts.request(
            "{'cniVersion':'%s','name':'n','type':'p','prevResult':{}}".formatted(version));

    plugin.delete(request.withPrevResult(Optional.of(RESULT)));

    assertEquals(told, scripts.stdin("p", "DEL").contains("10.0.0.2"));
    assertEquals(told, scripts.stdin("p", "DEL").contains("prevResult"));
  }

  @Test
  void add_resultWithoutVersion_isReadAsTheConfigs() {
    scripts.script("p", "echo '{\"ip4\":{\"ip\":\"10.0.0.2/24\"}}'");
    assertEquals(
        RESULT, plugin.add(scripts.request("{'cniVersion':'0.2.0','name':'n','type':'p'}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exit 0 | 104 | is empty",
        "echo hello | 104 | is not JSON",
        "echo '{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"x\"}]}' | 104 | \"x\"",
        "echo '{\"cniVersion\":\"8.0.0\"}' | 1 | unsupported CNI result version \"8.0.0\"",
        "echo '{\"code\":42,\"msg\":\"no lease\",\"details\":\"d\"}'; exit 1 | 42 | no lease",
        "echo '{\"code\":0,\"msg\":\"odd\"}'; exit 1 | 104 | odd",
        "echo boom; echo trace >&2; exit 3 | 104 | exit code 3 and no CNI error on stdout: boom",
        "echo gone >&2; exit 2 | 104 | exit code 2 and no CNI error on stdout",
        "kill -9 $$ | 104 | exit code 137",
      })
  void add_badEnd_isToldWithPluginAndFinding(String line, int code, String finding) {
    scripts.script("p", line);

    var e = assertThrows(CniException.class, () -> plugin.add(scripts.request(CONFIG)));

    assertEquals(code, e.code());
    assertTrue(e.getMessage().startsWith("ADD by plugin \"p\": "), e.getMessage());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }

  @Test
  void add_errorObject_keepsCodeMessageAndDetails() {
    scripts.script("p", "echo '{\"code\":42,\"msg\":\"no lease\",\"details\":\"ask\"}'; exit 1");

    var e = assertThrows(CniException.class, () -> plugin.add(scripts.request(CONFIG)));

    assertEquals("ADD by plugin \"p\": no lease", e.getMessage());
    assertEquals("ask", e.details());
  }

  @Test
  void add_noError_detailsAreTheEndOfStderr() {
    scripts.script("p", "printf '\\n  panic: nil\\033[0m map \\n\\n' >&2; exit 2");

    var e = assertThrows(CniException.class, () -> plugin.add(scripts.request(CONFIG)));

    assertEquals("panic: nil [0m map", e.details());
  }

  @Test
  void check_pluginThatDoesNotReadStdinAndPrints_succeeds() {
    scripts.script("p", "exec <&-; echo chatter");
    String padding = "y".repeat(300_000);

    plugin.check(
        scripts.request(
            "{'cniVersion':'1.0.0','name':'n','type':'p','pad':'%s'}".formatted(padding)));
  }

  @Test
  void gc_valid_isOnStdinUnderBothKeys() {
    scripts.recorder("p");
    PluginRequest request = scripts.request(CONFIG);
    Attachment valid = new Attachment(new ContainerId("c2"), new InterfaceName("eth0"));

    plugin.gc(
        new GcRequest(request.config(), Set.of(valid), request.deadline(), request.searchPath()));

    String list = "[{'containerID':'c2','ifname':'eth0'}]";
    assertEquals(
        "{'cniVersion':'1.0.0','name':'n','type':'p','x':1.50,'cni.dev/valid-attachments':%s,'cni.dev/attachments':%s}"
            .formatted(list, list),
        scripts.stdin("p", "GC").replace('"', '\''));
    assertEquals("", scripts.environment("p", "GC").get("CNI_CONTAINERID"));
  }

  @Test
  void status_error_keepsItsCode() {
    scripts.script("p", "echo '{\"code\":50,\"msg\":\"starting\"}'; exit 1");
    PluginRequest request = scripts.request(CONFIG);

    var e =
        assertThrows(
            CniException.class,
            () ->
                plugin.status(
                    new StatusRequest(request.config(), request.deadline(), request.searchPath())));

    assertEquals(50, e.code());
  }

  @Test
  void add_passedDeadline_doesNotRun() {
    scripts.recorder("p");
    PluginRequest late = scripts.request(CONFIG).withDeadline(Deadline.in(Duration.ZERO));

    assertEquals(11, assertThrows(CniException.class, () -> plugin.add(late)).code());
    assertEquals(List.of(), scripts.calls("p"));
  }

  @Test
  void validate_missingBinary_namesKeyTypeAndDirectories() {
    ForeignPlugin bridge =
        ForeignPlugin.insteadOfBuiltin("bridge", "macspoofchk", new ProcessLauncher(scratch));

    var e = assertThrows(CniException.class, () -> bridge.validate(scripts.request(CONFIG)));

    assertEquals(7, e.code());
    assertTrue(e.getMessage().contains("\"bridge\""), e.getMessage());
    assertTrue(e.getMessage().contains("\"macspoofchk\""), e.getMessage());
    assertTrue(e.getMessage().contains(bin.toString()), e.getMessage());
  }

  @Test
  void run_fileBeingWritten_isTriedAgain() throws IOException {
    Path file = scripts.script("p", "echo done");
    FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE);
    AtomicInteger pauses = new AtomicInteger();
    Execution execution =
        new Execution(
            new ProcessLauncher(scratch),
            duration -> {
              if (pauses.incrementAndGet() == 3) {
                close(writer);
              }
            });
    PluginRequest request = scripts.request(CONFIG);

    byte[] stdout =
        execution.run(
            "ADD", file, Map.of("CNI_COMMAND", "ADD"), request.config(), request.deadline());

    assertEquals("done\n", new String(stdout, StandardCharsets.UTF_8));
    assertEquals(3, pauses.get());
  }

  @Test
  void run_fileThatStaysBusy_endsAtTheDeadlineOrAfterFiftyAttempts() {
    PluginRequest request = scripts.request(CONFIG);
    AtomicInteger pauses = new AtomicInteger();
    Launcher busy =
        (program, environment, stdin, deadline) -> {
          throw new ExecutableBusyException("error=26");
        };
    Path file = scripts.script("p");

    var e =
        assertThrows(
            CniException.class,
            () ->
                new Execution(busy, duration -> pauses.incrementAndGet())
                    .run("ADD", file, Map.of(), request.config(), request.deadline()));
    assertEquals(11, e.code());
    assertEquals(49, pauses.get());

    Deadline deadline = Deadline.in(Duration.ofMinutes(1));
    assertThrows(
        CniException.class,
        () ->
            new Execution(busy, duration -> deadline.cancel())
                .run("ADD", file, Map.of(), request.config(), deadline));
    assertFalse(deadline.remaining().toNanos() > 0);
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
