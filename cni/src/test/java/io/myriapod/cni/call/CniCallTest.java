package io.myriapod.cni.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniCallTest {
  private static final Deadline DEADLINE = Deadline.in(Duration.ofMinutes(1));
  private static final String GOOD = "{'cniVersion':'1.1.0','name':'n','type':'t'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADD | CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH",
        "DEL | CNI_CONTAINERID,CNI_IFNAME,CNI_PATH",
        "CHECK | CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH",
        "GC | CNI_PATH",
        "STATUS | CNI_PATH",
      })
  void parse_bareEnvironment_namesEveryMissingVariable(String verb, String missing) {
    var e =
        assertThrows(CniException.class, () -> CniEnvironment.parse(Map.of("CNI_COMMAND", verb)));

    assertEquals(4, e.code());
    assertEquals("required env variables [%s] missing".formatted(missing), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CNI_COMMAND | | [CNI_COMMAND]",
        "CNI_COMMAND | add | unknown CNI_COMMAND: \"add\"",
        "CNI_CONTAINERID | ../etc | \"../etc\"",
        "CNI_IFNAME | eth0/1 | \"eth0/1\"",
        "CNI_IFNAME | abcdefghijklmnop | at most 15",
        "CNI_IFNAME | .. | must not be",
        "CNI_NETNS | run/netns/x | absolute",
        "CNI_ARGS | A | \"A\"",
      })
  void parse_badVariable_isCode4NamingIt(String name, String value, String finding) {
    Map<String, String> environment = environment("ADD");
    environment.put(name, value == null ? "" : value);

    var e = assertThrows(CniException.class, () -> CniEnvironment.parse(environment));

    assertEquals(4, e.code());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
    assertTrue(e.getMessage().contains(name), e.getMessage());
  }

  @Test
  void parse_goodEnvironment_isTyped() {
    Map<String, String> variables = environment("ADD");
    variables.put("CNI_NETNS_OVERRIDE", "TRUE");
    variables.put("TRACEPARENT", "00-1-2-01");
    variables.put("LD_PRELOAD", "evil.so");

    CniEnvironment environment = CniEnvironment.parse(variables);

    assertEquals(Verb.ADD, environment.verb());
    assertEquals(Optional.of(new ContainerId("c1")), environment.container());
    assertEquals(Optional.of(Path.of("/run/netns/x")), environment.netns());
    assertEquals(List.of(Path.of("/opt/cni/bin"), Path.of("/b")), environment.searchPath());
    assertTrue(environment.netnsOverride());
    assertEquals(
        Set.of("CNI_NETNS_OVERRIDE", "TRACEPARENT"), environment.caller().variables().keySet());
  }

  @Test
  void parse_delWithEmptyNetns_hasNone() {
    Map<String, String> variables = environment("DEL");
    variables.put("CNI_NETNS", "");
    assertEquals(Optional.empty(), CniEnvironment.parse(variables).netns());
  }

  @Test
  void parse_gcWithEmptyContainer_isAccepted() {
    Map<String, String> variables = environment("GC");
    variables.put("CNI_CONTAINERID", "");
    assertFalse(CniEnvironment.parse(variables).container().isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADD | {'name': | 6 | is not JSON",
        "ADD | [] | 6 | want an object",
        "ADD | {} | 7 | \"name\" is missing",
        "ADD | {'name':'../x'} | 7 | \"../x\"",
        "ADD | {'name':'n','cniVersion':'7.0.0'} | 1 | \"7.0.0\"",
        "ADD | {'name':5} | 7 | \"name\" is 5",
        "CHECK | {'name':'n','cniVersion':'0.3.1'} | 1 | does not allow CHECK",
        "GC | {'name':'n','cniVersion':'1.0.0'} | 1 | does not allow GC",
        "STATUS | {'name':'n','cniVersion':'1.0.0'} | 1 | does not allow STATUS",
      })
  void parse_badStdin_hasTheCodeOfItsKind(String verb, String stdin, int code, String finding) {
    var e = assertThrows(CniException.class, () -> call(verb, stdin));

    assertEquals(code, e.code());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }

  @Test
  void pluginRequest_prevResultWithoutVersion_readsAsTheConfigs() {
    CniCall call =
        call(
            "ADD",
            "{'cniVersion':'1.0.0','name':'n','prevResult':{'ips':[{'address':'10.0.0.2/24'}]}}");
    assertEquals(1, call.pluginRequest(DEADLINE).prevResult().orElseThrow().addresses().size());
  }

  @Test
  void pluginRequest_badPrevResult_stopsAllButDel() {
    String config = "{'cniVersion':'1.0.0','name':'n','prevResult':{'ips':7}}";

    assertEquals(
        6,
        assertThrows(CniException.class, () -> call("ADD", config).pluginRequest(DEADLINE)).code());
    assertTrue(call("DEL", config).pluginRequest(DEADLINE).prevResult().isEmpty());
    assertTrue(call("DEL", GOOD).pluginRequest(DEADLINE).prevResult().isEmpty());
  }

  @Test
  void pluginRequest_checkWithoutPrevResult_isCode7() {
    var e = assertThrows(CniException.class, () -> call("CHECK", GOOD).pluginRequest(DEADLINE));
    assertEquals(7, e.code());
    assertTrue(e.getMessage().contains("prevResult"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cni.dev/valid-attachments", "cni.dev/attachments"})
  void gcRequest_eitherKey_isRead(String key) {
    String config =
        "{'cniVersion':'1.1.0','name':'n','%s':[{'containerID':'c','ifname':'net1'}]}"
            .formatted(key);
    assertEquals(
        Set.of(new Attachment(new ContainerId("c"), new InterfaceName("net1"))),
        call("GC", config).gcRequest(DEADLINE).valid());
  }

  @Test
  void gcRequest_noListOrABadOne_isCode7() {
    assertEquals(
        7, assertThrows(CniException.class, () -> call("GC", GOOD).gcRequest(DEADLINE)).code());
    String bad =
        "{'cniVersion':'1.1.0','name':'n','cni.dev/valid-attachments':[{'containerID':'../x'}]}";
    assertEquals(
        7, assertThrows(CniException.class, () -> call("GC", bad).gcRequest(DEADLINE)).code());
    String none = "{'cniVersion':'1.1.0','name':'n','cni.dev/valid-attachments':null}";
    assertEquals(Set.of(), call("GC", none).gcRequest(DEADLINE).valid());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'cniVersion':'0.4.0'} | 0.4.0",
        "{'cniVersion':'3.0.0'} | 3.0.0",
        "{} | 1.1.0",
        "{'cniVersion':7} | 7",
        "junk | 1.1.0",
      })
  void versionReply_stdin_saysItsVersionAgain(String stdin, String version) {
    var reply = VersionReply.to(bytes(stdin));
    assertEquals(version, reply.get("cniVersion").asText());
    assertEquals(7, reply.get("supportedVersions").size());
  }

  private static CniCall call(String verb, String stdin) {
    return CniCall.parse(environment(verb), bytes(stdin));
  }

  private static Map<String, String> environment(String verb) {
    return new HashMap<>(
        Map.of(
            "CNI_COMMAND", verb,
            "CNI_CONTAINERID", "c1",
            "CNI_NETNS", "/run/netns/x",
            "CNI_IFNAME", "eth0",
            "CNI_ARGS", "IgnoreUnknown=1",
            "CNI_PATH", "/opt/cni/bin:relative::/b:/b"));
  }

  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
