package io.myriapod.deviceplugin.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the kernel's inotify, and so rare looks that only an event can be what is noticed. */
class ConfigWatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SETTLE = Duration.ofMillis(30);
  private static final ConfigWatch.Pauses BY_EVENTS =
      new ConfigWatch.Pauses(SETTLE, Duration.ofSeconds(2), Duration.ofHours(1));

  /** The limit holds that was set when the instance was opened; others may have changed it. */
  private static final int KERNELS_DEFAULT_LIMIT = 16384;

  @TempDir Path folder;
  private Path file;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private ConfigWatch watch;

  @BeforeEach
  void choose() {
    file = folder.resolve("config.json");
  }

  @AfterEach
  void close() {
    if (watch != null) {
      watch.close();
    }
  }

  private void start() {
    start(BY_EVENTS);
  }

  private void start(ConfigWatch.Pauses pauses) {
    watch = ConfigWatch.start(FileContent.read(file), pauses, this::note);
    waitForWatches();
  }

  private void note(FileContent content) {
    seen.add(
        content.problem().orElseGet(() -> new String(content.bytes(), StandardCharsets.UTF_8)));
  }

  /** Until the thread waits for events it looks by itself, which would hide that none came. */
  private static void waitForWatches() {
    Waiting.until(
        PATIENCE,
        "the thread waits",
        () ->
            Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals("config-watch"))
                .map(entry -> Stream.of(entry.getValue()).map(StackTraceElement::getMethodName))
                .map(methods -> methods.collect(Collectors.toSet()))
                .allMatch(methods -> methods.contains("pollInput") && !methods.contains("settle")));
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  private void waitFor(String... all) {
    Waiting.until(PATIENCE, List.of(all) + " in " + seen, () -> seen.equals(List.of(all)));
  }

  @Test
  void write_inPlace_isSeen() throws IOException {
    write("a");
    start();

    write("b");

    waitFor("b");
  }

  @Test
  void write_ofTheSame_isNotTold() throws IOException {
    write("a");
    start();

    write("a");
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    Files.writeString(folder.resolve("other.json"), "x");
    write("b");

    waitFor("b");
  }

  @Test
  void replace_byRename_isSeen() throws IOException {
    write("a");
    start();

    for (String text : List.of("b", "c", "d")) {
      Path fresh = Files.writeString(folder.resolve("config.json~"), text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      Waiting.until(PATIENCE, text, () -> seen.contains(text));
    }

    waitFor("b", "c", "d");
  }

  @Test
  void replace_asEditorsWithABackupDo_isSeenWithoutTheGap() throws IOException {
    write("a");
    start();

    Files.move(file, folder.resolve("config.json.bak"));
    write("b");

    Waiting.until(PATIENCE, "b", () -> seen.contains("b"));
    assertEquals("b", seen.get(seen.size() - 1));
  }

  @Test
  void delete_andMakeAgain_areSeen() throws IOException {
    write("a");
    start();

    Files.delete(file);
    waitFor("is not there");
    write("b");

    waitFor("is not there", "b");
  }

  @Test
  void configMap_swapped_isSeen() throws IOException {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    swap(mount, "..2024_01", "a");
    file = Files.createSymbolicLink(mount.resolve("config.json"), Path.of("..data/config.json"));
    start();

    swap(mount, "..2024_02", "b");
    remove(mount.resolve("..2024_01"));
    waitFor("b");
    swap(mount, "..2024_03", "c");
    remove(mount.resolve("..2024_02"));
    waitFor("b", "c");
    swap(mount, "..2024_04", "c");
    swap(mount, "..2024_05", "d");

    waitFor("b", "c", "d");
  }

  /** As the kubelet's atomic writer: a new folder, a new link to it, renamed over the old link. */
  private static void swap(Path mount, String name, String text) throws IOException {
    Path fresh = Files.createDirectory(mount.resolve(name));
    Files.writeString(fresh.resolve("config.json"), text);
    Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(name));
    Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void remove(Path data) throws IOException {
    Files.delete(data.resolve("config.json"));
    Files.delete(data);
  }

  @Test
  void directory_missingAtFirst_isSeenWhenItIsMade() throws IOException {
    file = folder.resolve("etc/pcidp/config.json");
    start();

    Files.createDirectory(folder.resolve("etc"));
    Files.createDirectory(folder.resolve("etc/pcidp"));
    write("a");

    waitFor("a");
  }

  @Test
  void directory_replaced_isSeen() throws IOException {
    Path pcidp = Files.createDirectory(folder.resolve("pcidp"));
    file = pcidp.resolve("config.json");
    write("a");
    Path fresh = Files.createDirectory(folder.resolve("fresh"));
    Files.writeString(fresh.resolve("config.json"), "b");
    start();

    Files.move(pcidp, folder.resolve("old"));
    waitFor("is not there");
    Files.move(fresh, pcidp);
    waitFor("is not there", "b");
    write("c");

    waitFor("is not there", "b", "c");
  }

  @Test
  void directory_deletedAndMadeAgain_isSeen() throws IOException {
    Path pcidp = Files.createDirectory(folder.resolve("pcidp"));
    file = pcidp.resolve("config.json");
    write("a");
    start();

    Files.delete(file);
    Files.delete(pcidp);
    waitFor("is not there");
    Files.createDirectory(pcidp);
    write("b");

    waitFor("is not there", "b");
  }

  @Test
  void write_byAnotherNameOfTheFile_isSeen() throws IOException {
    write("a");
    Path other = Files.createDirectory(folder.resolve("elsewhere")).resolve("link");
    Files.createLink(other, file);
    start();

    Files.writeString(other, "b");

    waitFor("b");
  }

  @Test
  void link_toAFileElsewhere_isSeenWhenThatChanges() throws IOException {
    Path target = Files.createDirectory(folder.resolve("elsewhere")).resolve("real.json");
    Files.writeString(target, "a");
    Files.createSymbolicLink(file, target);
    start();

    Path fresh = Files.writeString(folder.resolve("elsewhere/fresh"), "b");
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);

    waitFor("b");
  }

  @Test
  void change_beforeTheStart_isTold() throws IOException {
    write("a");
    FileContent known = FileContent.read(file);
    write("b");

    watch = ConfigWatch.start(known, BY_EVENTS, this::note);

    waitFor("b");
  }

  @Test
  void writes_oneAfterTheOther_areToldOnceTheyEnd() throws IOException {
    write("a");
    start(new ConfigWatch.Pauses(Duration.ofMillis(400), PATIENCE, Duration.ofHours(1)));

    for (int i = 0; i < 50; i++) {
      write("b" + i);
    }

    waitFor("b49");
  }

  @Test
  void change_thatNoEventTells_isSeenAtTheNextLook() throws IOException {
    write("aaaa");
    start(new ConfigWatch.Pauses(SETTLE, SETTLE, Duration.ofMillis(50)));

    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel
          .map(MapMode.READ_WRITE, 0, 4)
          .put(ByteBuffer.wrap("bbbb".getBytes(StandardCharsets.UTF_8)));
      waitFor("bbbb");
    }
  }

  @Test
  void change_withoutInotify_isSeenAtTheNextLook() throws IOException {
    write("a");
    ConfigWatch.Pauses often = new ConfigWatch.Pauses(SETTLE, SETTLE, Duration.ofMillis(50));
    watch = ConfigWatch.start(FileContent.read(file), often, Optional.empty(), this::note);

    write("b");

    Waiting.until(PATIENCE, "b", () -> seen.contains("b"));
  }

  @Test
  void close_withoutInotify_endsTheThread() throws IOException, InterruptedException {
    write("a");
    watch = ConfigWatch.start(FileContent.read(file), BY_EVENTS, Optional.empty(), this::note);

    assertThreadsEnd();
  }

  @Test
  void listener_thatThrows_hearsOfTheNextChange() throws IOException {
    write("a");
    watch =
        ConfigWatch.start(
            FileContent.read(file),
            BY_EVENTS,
            content -> {
              note(content);
              throw new IllegalStateException("broken");
            });

    write("b");
    waitFor("b");
    write("c");

    waitFor("b", "c");
  }

  @Test
  void events_moreThanTheKernelKeeps_endInALook() throws IOException, InterruptedException {
    write("a");
    CountDownLatch listening = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    watch =
        ConfigWatch.start(
            FileContent.read(file),
            BY_EVENTS,
            content -> {
              note(content);
              listening.countDown();
              Waiting.until(PATIENCE, () -> goOn.await(1, TimeUnit.MILLISECONDS));
            });
    write("b");
    listening.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    overflow();
    write("c"); // no event tells of it
    goOn.countDown();

    waitFor("b", "c");
  }

  private void overflow() throws IOException {
    String limit = Files.readString(Path.of("/proc/sys/fs/inotify/max_queued_events"));
    int most = Math.max(Integer.parseInt(limit.strip()), KERNELS_DEFAULT_LIMIT);
    for (int i = 0; i <= most / 2; i++) { // by turns, as equal events in a row are merged
      Files.createFile(folder.resolve("x"));
      Files.delete(folder.resolve("x"));
    }
  }

  @Test
  void close_whileItWaits_endsTheThread() throws IOException, InterruptedException {
    write("a");
    start();

    assertThreadsEnd();
  }

  private void assertThreadsEnd() throws InterruptedException {
    List<Thread> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("config-watch"))
            .toList();
    assertFalse(threads.isEmpty());

    watch.close();
    watch.close();

    for (Thread thread : threads) {
      thread.join(PATIENCE.toMillis());
      assertFalse(thread.isAlive());
    }
  }
}
