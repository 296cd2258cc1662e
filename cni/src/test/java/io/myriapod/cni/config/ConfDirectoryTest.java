package io.myriapod.cni.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfDirectoryTest {
  @TempDir Path directory;

  @Test
  void read_filesOfAllKinds_areSortedAndBadOnesReported() throws IOException {
    write("30-c.conflist", "{'name':'c','plugins':[{'type':'a'}]}");
    write("10-a.conf", "{'name':'a','type':'bridge'}");
    write("20-b.json", "{'name':'b','type':'bridge'}");
    write("00-bad.conflist", "{");
    write("05-ignored.txt", "{");
    Files.createDirectory(directory.resolve("06-dir.conf"));

    ConfDirectory.Contents contents = new ConfDirectory(directory).read();

    assertEquals(
        List.of("a", "b", "c"),
        contents.found().stream().map(found -> found.list().name()).toList());
    assertEquals("a", contents.first().orElseThrow().name());
    assertEquals(1, contents.problems().size());
    assertEquals(6, contents.problems().get(0).error().code());
    assertTrue(contents.problems().get(0).error().getMessage().contains("00-bad.conflist"));
  }

  @Test
  void find_name_isTheFirstOfThatName() throws IOException {
    write("1.conf", "{'name':'n','type':'first'}");
    write("2.conflist", "{'name':'n','plugins':[{'type':'second'}]}");

    NetworkList list = new ConfDirectory(directory).find("n").orElseThrow();

    assertEquals("first", list.plugins().get(0).type());
    assertTrue(new ConfDirectory(directory).find("other").isEmpty());
  }

  @Test
  void load_subdirectory_isAppendedInOrder() throws IOException {
    Path file = write("n.conflist", "{'name':'n','plugins':[{'type':'a'}]}");
    Files.createDirectory(directory.resolve("n"));
    write("n/20.conf", "{'type':'c'}");
    write("n/10.conf", "{'type':'b'}");
    write("n/30.json", "{'type':'ignored'}");

    assertEquals(
        List.of("a", "b", "c"),
        ConfDirectory.load(file).plugins().stream().map(NetworkConfig::type).toList());
  }

  @Test
  void load_onlySubdirectory_isANetwork() throws IOException {
    Path file = write("n.conflist", "{'name':'n'}");
    assertTrue(
        assertThrows(CniException.class, () -> ConfDirectory.load(file))
            .getMessage()
            .contains("no plugin configs found"));
    Files.createDirectory(directory.resolve("n"));
    write("n/10.conf", "{'type':'b'}");

    assertEquals(1, ConfDirectory.load(file).plugins().size());
  }

  @Test
  void load_inlinedOnly_leavesTheSubdirectory() throws IOException {
    Path file =
        write("n.conflist", "{'name':'n','loadOnlyInlinedPlugins':true,'plugins':[{'type':'a'}]}");
    Files.createDirectory(directory.resolve("n"));
    write("n/10.conf", "{'type':'b'}");

    assertEquals(1, ConfDirectory.load(file).plugins().size());
  }

  @Test
  void load_badFileInSubdirectory_namesIt() throws IOException {
    Path file = write("n.conflist", "{'name':'n','plugins':[{'type':'a'}]}");
    Files.createDirectory(directory.resolve("n"));
    write("n/10.conf", "{'type':'a/b'}");

    var e = assertThrows(CniException.class, () -> ConfDirectory.load(file));

    assertEquals(7, e.code());
    assertTrue(e.getMessage().contains("10.conf"), e.getMessage());
  }

  @Test
  void load_missingFile_isCode5() {
    var e =
        assertThrows(CniException.class, () -> ConfDirectory.load(directory.resolve("x.conflist")));
    assertEquals(5, e.code());
  }

  @Test
  void read_missingDirectory_isEmpty() {
    assertTrue(new ConfDirectory(directory.resolve("none")).read().first().isEmpty());
  }

  private Path write(String name, String json) throws IOException {
    return Files.writeString(directory.resolve(name), json.replace('\'', '"'));
  }
}
