package io.myriapod.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {
  private static List<String> lines(String json) throws JsonProcessingException {
    return StatusText.lines(new ObjectMapper().readTree(json)).stream()
        .map(line -> line.replaceAll(" +", " ").strip())
        .toList();
  }

  @Test
  void lines_ofANodeWithAllThereIs_areThese() throws JsonProcessingException {
    assertEquals(
        List.of(
            "agent 1.2.3, up 1 h 2 min (since 2026-01-02T03:04:05Z), process 7, Java 25",
            "ready no: DELs are being done",
            "pods 1 with 2 interfaces",
            "shop/net 2 interfaces of 1 pod",
            "card 0000:3b:00.0 ens1f0: 64 of 128 virtual functions, 4 held, 60 not",
            "pool intel.com/vfs 32 devices, 31 healthy, 4 allocated, registered",
            "journal 2 records, 3 KiB",
            "shop/upf net1: EBUSY",
            "spool DELs still to be done: 2, 1 unreadable in bad/",
            "API server does not answer: refused; 3 pods and 1 network known, not watched now; 2 to"
                + " be told"),
        lines(
            """
            {"agent": {"version": "1.2.3", "since": "2026-01-02T03:04:05Z", "upSeconds": 3725, "pid": 7,
              "java": "25"}, "ready": false,
             "checks": [{"name": "a", "ok": true}, {"name": "b", "ok": false, "reason": "DELs are being done"}],
             "pods": {"pods": 1, "interfaces": 2,
               "networks": [{"network": "shop/net", "interfaces": 2, "pods": 1}]},
             "functions": [{"address": "0000:3b:00.0", "interfaces": ["ens1f0"], "possible": 128,
               "made": 64, "held": 4}],
             "pools": [{"resource": "intel.com/vfs", "devices": 32, "healthy": 31, "allocated": 4,
               "registration": {"state": "registered"}}],
             "journal": {"records": 2, "bytes": 2100, "failed": 1,
               "failures": [{"pod": "shop/upf", "interface": "net1", "reason": "EBUSY"}]},
             "spool": {"waiting": 2, "setAside": 1},
             "apiServer": {"reachable": false, "lastError": "refused", "pods": 3, "networks": 1,
               "watching": false, "waiting": 2},
             "lastFailures": []}
            """));
  }

  /** Names come from others: none moves the cursor. */
  @Test
  void lines_ofAPartThatCouldNotBeReadAndAnEvilName_areShownAllTheSame()
      throws JsonProcessingException {
    List<String> lines =
        lines(
            """
            {"ready": false, "journal": {"unknown": "read the journal: EACCES"},
             "pods": {"pods": 1, "interfaces": 1,
               "networks": [{"network": "\\u001b[2Jx", "interfaces": 1, "pods": 1}]}}
            """);

    assertTrue(lines.contains("journal unknown: read the journal: EACCES"), lines::toString);
    assertTrue(lines.contains("?[2Jx 1 interface of 1 pod"), lines::toString);
  }

  @ParameterizedTest
  @CsvSource({"59, 0 min 59 s", "3600, 1 h 0 min", "90061, 1 d 1 h"})
  void shown_seconds_isWhatAPersonSays(long seconds, String text) {
    assertEquals(text, StatusText.shown(Duration.ofSeconds(seconds)));
  }
}
