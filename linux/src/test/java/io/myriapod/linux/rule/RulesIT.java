package io.myriapod.linux.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@InNamespaces
class RulesIT {
  private NetworkNamespace namespace;
  private Rules rules;

  @BeforeEach
  void open(Netns pod) {
    namespace = NetworkNamespace.open(pod.path());
    rules = namespace.rules();
  }

  @AfterEach
  void close() {
    namespace.close();
  }

  @Test
  void add_bothFamilies_isSeenAndGoesAgain(Netns pod) {
    RuleEntry four = RuleEntry.from(IpAddresses.parse("10.1.2.2"), 100, 32_765);
    RuleEntry six = RuleEntry.from(IpAddresses.parse("fd00:1::2"), 70_000, 32_765);

    rules.add(four);
    rules.add(six);

    JsonNode seen = pod.ip("rule show").get(1);
    assertEquals("10.1.2.2", seen.path("src").asText(), seen::toString);
    assertEquals("100", seen.path("table").asText());
    assertEquals(32_765, seen.path("priority").asInt());
    JsonNode seenSix = pod.ip("-6 rule show").get(1);
    assertEquals("fd00:1::2", seenSix.path("src").asText(), seenSix::toString);
    assertEquals("70000", seenSix.path("table").asText());
    assertTrue(rules.list().containsAll(List.of(four, six)), () -> rules.list().toString());

    rules.delete(four);
    rules.delete(six);

    assertEquals(3, pod.ip("rule show").size());
    assertEquals(2, pod.ip("-6 rule show").size());
  }

  @Test
  void add_again_saysExists_deleteOfNone_saysSo() {
    RuleEntry rule = RuleEntry.from(IpAddresses.parse("10.1.2.2"), 100, 32_765);
    rules.add(rule);

    assertTrue(assertThrows(ErrnoException.class, () -> rules.add(rule)).is(Errno.EEXIST));
    rules.delete(rule);
    ErrnoException gone = assertThrows(ErrnoException.class, () -> rules.delete(rule));
    assertTrue(gone.is(Errno.ENOENT));
    assertTrue(
        gone.getMessage()
            .startsWith("delete rule from 10.1.2.2/32 lookup 100 with priority 32765: ENOENT"),
        gone::getMessage);
  }

  @Test
  void list_narrowerRule_isNotPlain(Netns pod) {
    pod.run("ip rule add from 10.1.2.2 iif lo table 100 pref 7");
    pod.run("ip rule add from 10.1.2.3 to 10.9.0.0/16 table 100 pref 8");
    pod.run("ip rule add from 10.1.2.4 table main suppress_prefixlength 0 pref 9");
    pod.run("ip rule add from 10.1.2.5 blackhole pref 10");
    pod.run("ip rule add from 10.1.2.0/24 table 100 pref 11");

    List<RuleEntry> between =
        rules.list().stream()
            .filter(rule -> rule.priority() >= 7 && rule.priority() <= 11)
            .toList();

    assertEquals(
        List.of(false, false, false, false, true), between.stream().map(RuleEntry::plain).toList());
    assertEquals(Optional.of(IpPrefix.parse("10.1.2.0/24")), between.get(4).source());
    assertEquals(0, between.get(3).table());
  }

  @Test
  void nextPriority_ofTheKernelsRules_isWhatTheKernelGives(Netns pod) {
    int ours = Rules.nextPriority(rules.list(), false);
    pod.run("ip rule add from 10.1.2.2 table 100");

    assertEquals(ours, pod.ip("rule show").get(1).path("priority").asInt());
  }

  @Test
  void lock_heldByFlockOfThePath_isNotTaken(Netns pod) throws Exception {
    Process holder =
        new ProcessBuilder("flock", pod.path().toString(), "sh", "-c", "echo held; cat")
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    holder.getInputStream().read();

    assertFalse(namespace.lock(Duration.ZERO));

    holder.getOutputStream().close();
    holder.waitFor();
    assertTrue(namespace.lock(Duration.ofSeconds(5)));
  }
}
