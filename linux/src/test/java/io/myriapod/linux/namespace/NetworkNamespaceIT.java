package io.myriapod.linux.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.sys.BootId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@InNamespaces(kinds = "bridge")
class NetworkNamespaceIT {
  private static final Path TASKS = Path.of("/proc/self/task");

  private static String idOf(Path path) {
    try (NetworkNamespace namespace = NetworkNamespace.open(path)) {
      return namespace.id();
    }
  }

  @Test
  void open_plainFile_saysThatItIsNone(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("netns"));

    assertEquals(
        "netns path \"%s\": not a network namespace".formatted(file),
        assertThrows(NotANetworkNamespaceException.class, () -> NetworkNamespace.open(file))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/self/ns/mnt", "/proc/self/ns/pid", "/dev/zero", "/tmp", "/proc"})
  void open_anythingElse_saysThatItIsNone(String path) {
    assertThrows(NotANetworkNamespaceException.class, () -> NetworkNamespace.open(Path.of(path)));
  }

  @Test
  void open_fifoWithoutWriter_doesNotWait(@TempDir Path directory) {
    Path fifo = directory.resolve("fifo");
    Command.of("mkfifo", fifo.toString()).run();

    assertThrows(NotANetworkNamespaceException.class, () -> NetworkNamespace.open(fifo));
  }

  @Test
  void open_missing_saysWhich() {
    ErrnoException refused =
        assertThrows(
            ErrnoException.class, () -> NetworkNamespace.open(Path.of("/run/netns/none-such")));

    assertEquals("open netns path \"/run/netns/none-such\": ENOENT", refused.getMessage());
    assertTrue(refused.is(Errno.ENOENT));
  }

  @Test
  void open_belowMovedRoot_takesPathsAndLinksFromThere(Netns pod) {
    Path root = Path.of("/proc/self/root"); // as /proc/1/root from a container
    try (NetworkNamespace namespace =
        NetworkNamespace.open(root, pod.path(), BootId::read, NetworkNamespace.OWN)) {
      assertEquals(idOf(pod.path()), namespace.id());
    }
  }

  @Test
  void open_belowMovedRootWithoutIt_saysMissing(Netns pod, @TempDir Path root) {
    assertTrue(
        assertThrows(
                ErrnoException.class,
                () -> NetworkNamespace.open(root, pod.path(), BootId::read, NetworkNamespace.OWN))
            .is(Errno.ENOENT));
  }

  @Test
  void open_ofProcess_worksBelowMovedRootToo(Netns pod, @TempDir Path root) {
    Process sleeper = pod.start("sleep", "1000");
    Path ofProcess = Path.of("/proc/" + sleeper.pid() + "/ns/net");
    Waiting.until(Duration.ofSeconds(20), () -> idOf(ofProcess).equals(idOf(pod.path())));

    try (NetworkNamespace namespace =
        NetworkNamespace.open(root, ofProcess, BootId::read, NetworkNamespace.OWN)) {
      assertEquals(idOf(pod.path()), namespace.id());
    }
  }

  @Test
  void id_sameNamespaceTwice_isTheSame_andNoOtherHasIt(Netns pod, Netns other) {
    assertEquals(idOf(pod.path()), idOf(pod.path()));
    assertNotEquals(idOf(pod.path()), idOf(other.path()));
    assertTrue(idOf(pod.path()).matches("[0-9a-f-]{36}:[0-9]+"));
  }

  @Test
  void id_namespaceMadeAnewUnderTheSamePath_isAnother(Netns pod) {
    String before = idOf(pod.path());
    Command.of("ip", "netns", "delete", pod.name()).run();
    Command.of("ip", "netns", "add", pod.name()).run();

    assertNotEquals(before, idOf(pod.path()));
  }

  @Test
  void current_isTheProcesssOwn(Netns pod) {
    try (NetworkNamespace current = NetworkNamespace.current();
        NetworkNamespace bypath = NetworkNamespace.open(Path.of("/proc/self/ns/net"));
        NetworkNamespace namespace = NetworkNamespace.open(pod.path())) {
      assertEquals(bypath.id(), current.id());
      assertTrue(current.isNode());
      assertTrue(bypath.isNode());
      assertFalse(namespace.isNode());
    }
  }

  @Test
  void numberOf_other_isWhatLinksOfItSay(Netns pod, Netns other) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        NetworkNamespace second = NetworkNamespace.open(other.path())) {
      assertEquals(Optional.empty(), namespace.numberOf(second));

      pod.run("ip link add net1 type veth peer name net1 netns " + other.name());

      assertTrue(namespace.numberOf(second).isPresent());
      assertEquals(namespace.links().require("net1").parentNamespace(), namespace.numberOf(second));
    }
  }

  @Test
  void sysctls_ofLinkInside_areThoseOfTheNamespace(Netns pod) {
    pod.run("ip link add net1 type bridge");
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path())) {
      namespace.sysctls().write("net/ipv4/conf/net1/arp_notify", "1");

      assertEquals("1", pod.sysctl("net/ipv4/conf/net1/arp_notify"));
      pod.sysctl("net/ipv4/conf/net1/arp_notify", "0");
      assertEquals("0", namespace.sysctls().read("net/ipv4/conf/net1/arp_notify").orElseThrow());
    }
    assertFalse(Files.exists(Path.of("/proc/sys/net/ipv4/conf/net1")));
  }

  @Test
  void sysctls_valueTheKernelRefuses_saysInvalid(Netns pod) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path())) {
      ErrnoException refused =
          assertThrows(
              ErrnoException.class,
              () -> namespace.sysctls().write("net/ipv4/conf/lo/arp_notify", "maybe"));

      assertEquals(
          "write \"maybe\" to \"/proc/sys/net/ipv4/conf/lo/arp_notify\": EINVAL",
          refused.getMessage());
    }
  }

  @Test
  void visit_workThrows_givesItsException(Netns pod) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path())) {
      assertEquals(
          "from inside",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      namespace.visit(
                          () -> {
                            throw new IllegalArgumentException("from inside");
                          }))
              .getMessage());
    }
  }

  @Test
  void visit_callerInterrupted_finishesAndStaysInterrupted(Netns pod) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path())) {
      Thread.currentThread().interrupt();

      assertEquals(42, namespace.visit(() -> 42));

      assertTrue(Thread.interrupted());
    }
  }

  /** A thread that stayed inside would keep the namespace, and what is in it, for ever. */
  @Test
  void visits_many_leaveNoThreadInsideAndNoDescriptorOpen(Netns pod) throws IOException {
    try (NetworkNamespace first = NetworkNamespace.open(pod.path())) {
      first.links().list(); // loads what is loaded once
    }
    long before = openDescriptors();
    for (int i = 0; i < 50; i++) {
      try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
          NamespaceWatch watch = namespace.watch(NamespaceWatch.Topic.LINKS)) {
        namespace.links().list();
        namespace.sysctls().read("net/ipv4/ip_forward");
        assertTrue(watch.next(Duration.ZERO).isEmpty());
      }
    }

    assertEquals(before, openDescriptors());
    Waiting.until(
        Duration.ofSeconds(20),
        "every thread in one namespace", // the last visitor may still be on its way out
        () -> namespacesOfThreads().size() == 1);
  }

  /** Those of sockets and namespaces; the JVM opens and closes files as it likes. */
  private static long openDescriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.map(NetworkNamespaceIT::target)
          .filter(target -> target.startsWith("socket:") || target.startsWith("net:"))
          .count();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  private static Set<Path> namespacesOfThreads() throws IOException {
    Set<Path> namespaces = new HashSet<>();
    List<Path> tasks = new ArrayList<>();
    try (Stream<Path> all = Files.list(TASKS)) {
      all.forEach(tasks::add);
    }
    for (Path task : tasks) {
      try {
        namespaces.add(Files.readSymbolicLink(task.resolve("ns/net")));
      } catch (NoSuchFileException e) {
        // the thread has ended meanwhile
      }
    }
    return namespaces;
  }
}
