package io.myriapod.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.WantedFunctions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section sriov of the configuration. */
class SriovSectionTest {
  @TempDir private Path temp;

  private List<WantedFunctions> read(String yaml) throws IOException {
    Path file = Files.writeString(temp.resolve("config.yaml"), yaml);
    return AgentConfig.read(file).functions();
  }

  @Test
  void read_wholeEntry_hasEachValue() throws IOException {
    List<WantedFunctions> wanted =
        read(
            """
            sriov:
            - pf: ens1f0
              numVfs: 4
              mtu: 9000
              drivers:
              - vfs: 0-1,3
                driver: vfio-pci
            - pf: "0000:02:00.0"
              numVfs: 2
            """);

    Named vfio = new Named("vfio-pci");
    assertEquals(
        List.of(
            new WantedFunctions("ens1f0", 4, Optional.of(9000), Map.of(0, vfio, 1, vfio, 3, vfio)),
            new WantedFunctions("0000:02:00.0", 2, Optional.empty(), Map.of())),
        wanted);
  }

  /** YAML takes it for a number in base 60. */
  @Test
  void read_addressWithoutQuotes_saysWhatToDo() {
    CniException refusal =
        assertThrows(CniException.class, () -> read("sriov: [{pf: 0000:02:00.0, numVfs: 1}]\n"));

    assertTrue(refusal.getMessage().contains("0000:02:00.0"), refusal.getMessage());
    assertTrue(refusal.details().contains("quotes"), refusal.details());
  }

  @Test
  void read_noSection_wantsNothing() throws IOException {
    assertEquals(List.of(), read("queue: 5\n"));
  }

  /** YAML takes it for a number, which it is. */
  @Test
  void read_oneVirtualFunctionWithoutQuotes_isThatOne() throws IOException {
    assertEquals(
        Map.of(3, new Named("vfio-pci")),
        read("sriov: [{pf: e, numVfs: 4, drivers: [{vfs: 3, driver: vfio-pci}]}]\n")
            .get(0)
            .drivers());
  }

  /** What the parser would otherwise drop, or read as something else, without a word. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'sriov: [{pf: e, numVfs: 1, numVfs: 8}]' | numVfs",
        "'sriov: [{pf: e, numVfs: 1}]\nsriov: []' | sriov",
        "'sriov: [{pf: e, numVfs: 1}]\n---\nqueue: 5' | more than one document",
        "'queue: 5\n...\n{' | config.yaml",
        "'sriov: [{pf: &a e, numVfs: 1, drivers: [{vfs: 0-0, driver: *a}]}]' | alias \"a\"",
        "'queue: &a 5\nwidth: *a' | alias \"a\"",
        "'a: &a {b: &b [*a, *a], c: [*b, *b]}' | alias \"a\"",
      })
  void read_ambiguousFile_isRefused(String yaml, String finding) {
    CniException refusal =
        assertThrows(CniException.class, () -> read(yaml.replace("\\n", "\n") + "\n"));

    assertTrue(refusal.getMessage().contains(finding), refusal.getMessage());
  }

  /** Each within a second or so, or the build's own time limit ends it. */
  @Test
  void read_bombs_areRefused() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    String long_ = "9".repeat(500_000);
    String wide = "sriov: [" + "{pf: e, numVfs: 1},".repeat(5_000) + "]";

    for (String yaml : List.of("sriov: " + deep, "queue: " + long_, wide)) {
      assertThrows(CniException.class, () -> read(yaml + "\n"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{pf: e, numVfs: 65536}' | want a whole number from 0 to 65535",
        "'{pf: e, numVfs: 99999999999999999999}' | want a whole number from 0 to 65535",
        "'{pf: e, numVfs: 1.0}' | want a whole number from 0 to 65535",
        "'{pf: e, numVfs: two}' | want a whole number from 0 to 65535",
        "'{pf: e, numVfs: 4, drivers: [{vfs: 3-1, driver: d}]}' | \"3-1\"",
        "'{pf: e, numVfs: 4, drivers: [{vfs: 0-99999999, driver: d}]}' | \"0-99999999\"",
        "'{pf: e, numVfs: 4, drivers: [{vfs: -1, driver: d}]}' | -1",
        "'{pf: e, numVfs: 4, drivers: [{vfs: 4, driver: d}]}' | numbers below",
        "'{pf: e, numVfs: 4, drivers: [{vfs: 0-1-2, driver: d}]}' | \"0-1-2\"",
        "'{pf: e, numVfs: 4, drivers: [{vfs: \"0,,1\", driver: d}]}' | \"0,,1\"",
        "'{pf: e, numVfs: 4, drivers: [{vfs: \"1,0-2\", driver: d}]}' | has a driver already",
        "'{pf: e, numVfs: 4, drivers: [{vfs: \"\u0661\", driver: d}]}' | numbers and ranges",
        "'{pf: e, numVfs: 4, drivers: [{vfs: 0-1, driver: \"a\\nb\"}]}' | drivers[0].driver",
        "'{pf: e, numVfs: 4, drivers: {vfs: 0-1, driver: d}}' | want a list",
        "'{pf: 5, numVfs: 4}' | want a string",
        "'e' | want an object",
      })
  void read_valueOutOfRange_namesIt(String entry, String finding) {
    CniException refusal = assertThrows(CniException.class, () -> read("sriov: [" + entry + "]\n"));

    assertEquals(ErrorCode.INVALID_CONFIG, refusal.code());
    assertTrue(refusal.getMessage().contains(finding), refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{numVfs: 1} | \"sriov[0].pf\" is missing",
        "{pf: e, numVfs: -1} | \"sriov[0].numVfs\" is -1: want a whole number from 0 to 65535",
        "{pf: e} | \"sriov[0].numVfs\" is missing",
        "{pf: e, numVfs: 1, mtu: 9} | \"sriov[0].mtu\" is 9: want a whole number from 68 to 65535",
        "{pf: e, numVfs: 2, drivers: [{vfs: 1-2, driver: d}]} | \"sriov[0].drivers[0].vfs\" is"
            + " \"1-2\": want numbers below \"numVfs\", which is 2",
        "{pf: e, numVfs: 2, drivers: [{vfs: 1-0, driver: d}]} | \"1-0\": want numbers",
        "{pf: e, numVfs: 2, drivers: [{vfs: all, driver: d}]} | \"all\": want numbers and ranges",
        "{pf: e, numVfs: 2, drivers: [{vfs: '0', driver: ../d}]} | \"sriov[0].drivers[0].driver\"",
        "{pf: e, numVfs: 2, drivers: [{vfs: '0'}]} | \"sriov[0].drivers[0].driver\" is missing",
        "{pf: e, numVfs: 2, drivers: [{driver: d}]} | \"sriov[0].drivers[0].vfs\" is missing",
        "{pf: e, numVfs: 2, drivers: [{vfs: '0', driver: d}, {vfs: 0-1, driver: x}]} | virtual"
            + " function 0 has a driver already",
        "{pf: e, numVfs: 1, nice: 1} | unknown key \"sriov[0].nice\"",
        "'{pf: e, numVfs: 1}, {pf: e, numVfs: 2}' | it is there twice",
      })
  void read_badEntry_namesKeyAndValue(String entry, String finding) {
    CniException refusal = assertThrows(CniException.class, () -> read("sriov: [" + entry + "]\n"));

    assertEquals(ErrorCode.INVALID_CONFIG, refusal.code());
    assertTrue(refusal.getMessage().contains(finding), refusal.getMessage());
  }

  @Test
  void read_badEntry_detailsNameTheFile() {
    CniException refusal =
        assertThrows(CniException.class, () -> read("sriov: [{pf: e, numVfs: -1}]\n"));

    assertEquals(
        "correct \"sriov[0].numVfs\" in " + temp.resolve("config.yaml"), refusal.details());
  }
}
