package io.myriapod.ipam.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.ipam.range.AddressRange;
import io.myriapod.ipam.range.RangeSet;
import io.myriapod.linux.lock.FileLock;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One directory, two writers: ours with its index, and one that knows only files and flock. */
class SharedDirectoryTest {
  private static final RangeSet SET =
      new RangeSet(
          List.of(
              AddressRange.canonical(
                  new AddressRange.Draft(
                      IpPrefix.parse("10.1.2.0/25"),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty()))));

  @TempDir Path root;

  private static LeaseOwner owner(String container) {
    return new LeaseOwner(new ContainerId(container), new InterfaceName("net1"));
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30));
  }

  private LeaseDirectory kernelBacked() {
    return LeaseDirectories.ofKernel().at(root.resolve("pool"));
  }

  private static Map<String, String> onDisk(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (LeaseFile.addressOf(name).isPresent()) {
          files.put(name, Files.readString(entry));
        }
      }
    }
    return files;
  }

  /** What the reference does: flock, then the first free file from the start. */
  private static Optional<String> plainAdd(Path directory, String container) throws IOException {
    FileLock lock = FileLock.exclusive(directory.resolve("lock"));
    try {
      for (int host = 2; host < 127; host++) {
        Path file = directory.resolve("10.1.2." + host);
        if (!Files.exists(file)) {
          Files.writeString(file, owner(container).text(), StandardOpenOption.CREATE_NEW);
          return Optional.of(file.getFileName().toString());
        }
      }
      return Optional.empty();
    } finally {
      lock.close();
    }
  }

  private static void plainDelete(Path directory, String container) throws IOException {
    FileLock lock = FileLock.exclusive(directory.resolve("lock"));
    try {
      for (Map.Entry<String, String> file : onDisk(directory).entrySet()) {
        if (file.getValue().equals(owner(container).text())) {
          Files.delete(directory.resolve(file.getKey()));
        }
      }
    } finally {
      lock.close();
    }
  }

  @Test
  void hold_randomInterleavingWithPlainWriter_indexEqualsDisk() throws IOException {
    Random random = new Random(7);
    LeaseDirectory ours = kernelBacked();
    Path directory = root.resolve("pool");
    ours.hold(soon()).close();
    Map<String, String> model = new HashMap<>(); // address by container
    for (int step = 0; step < 600; step++) {
      String container = "c" + random.nextInt(150);
      boolean adding = !model.containsKey(container);
      if (random.nextBoolean()) {
        try (HeldLeases leases = ours.hold(soon())) {
          if (adding) {
            leases
                .reserveNext(SET, owner(container), 0)
                .ifPresent(address -> model.put(container, IpAddresses.format(address)));
          } else {
            List<InetAddress> freed = leases.free(owner(container));
            assertEquals(
                List.of(model.remove(container)), freed.stream().map(IpAddresses::format).toList());
          }
          assertEquals(onDisk(directory).size(), leases.size());
        }
      } else if (adding) {
        plainAdd(directory, container).ifPresent(address -> model.put(container, address));
      } else {
        plainDelete(directory, container);
        model.remove(container);
      }
    }
    Map<String, String> want = new TreeMap<>();
    model.forEach((container, address) -> want.put(address, owner(container).text()));
    assertEquals(want, onDisk(directory));
  }

  @Test
  void hold_manyThreadsAndPlainWriters_noAddressTwiceNoneLost() throws Exception {
    LeaseDirectory ours = kernelBacked();
    Path directory = root.resolve("pool");
    ours.hold(soon()).close();
    Set<String> held = ConcurrentHashMap.newKeySet();
    List<Throwable> problems = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int writer = 0; writer < 6; writer++) {
      String container = "w" + writer;
      boolean plain = writer % 2 == 0;
      threads.add(
          new Thread(
              () -> {
                try {
                  for (int round = 0; round < 20; round++) {
                    addAndDelete(ours, directory, container, plain, held);
                  }
                } catch (Throwable e) {
                  synchronized (problems) {
                    problems.add(e);
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), problems);
    assertEquals(Map.of(), onDisk(directory));
  }

  private static void addAndDelete(
      LeaseDirectory ours, Path directory, String container, boolean plain, Set<String> held)
      throws IOException {
    String address;
    if (plain) {
      address = plainAdd(directory, container).orElseThrow();
    } else {
      try (HeldLeases leases = ours.hold(soon())) {
        address = IpAddresses.format(leases.reserveNext(SET, owner(container), 0).orElseThrow());
      }
    }
    assertTrue(held.add(address), address + " is leased twice");
    held.remove(address);
    if (plain) {
      plainDelete(directory, container);
    } else {
      try (HeldLeases leases = ours.hold(soon())) {
        assertEquals(1, leases.free(owner(container)).size());
      }
    }
  }

  @Test
  void hold_noWatchGranted_scansEachTime() throws IOException {
    LeaseDirectory ours =
        new LeaseDirectory(
            root.resolve("pool"),
            KernelPorts.lock(),
            directory -> Optional.empty(),
            Clock.systemUTC());
    ours.hold(soon()).close();
    plainAdd(root.resolve("pool"), "other");
    try (HeldLeases leases = ours.hold(soon())) {
      assertEquals(1, leases.size());
    }
  }

  @Test
  void hold_eventsLost_scans() throws IOException {
    DirectoryWatch lossy =
        new DirectoryWatch() {
          @Override
          public Changes drain() {
            return new Changes(Set.of(), true);
          }

          @Override
          public void close() {}
        };
    LeaseDirectory ours =
        new LeaseDirectory(
            root.resolve("pool"),
            KernelPorts.lock(),
            directory -> Optional.of(lossy),
            Clock.systemUTC());
    ours.hold(soon()).close();
    plainAdd(root.resolve("pool"), "other");
    try (HeldLeases leases = ours.hold(soon())) {
      assertEquals(1, leases.size());
    }
  }

  @Test
  void free_eventsSilentlyMissing_scansBeforeNothing() throws IOException {
    DirectoryWatch deaf =
        new DirectoryWatch() {
          @Override
          public Changes drain() {
            return new Changes(Set.of(), false);
          }

          @Override
          public void close() {}
        };
    LeaseDirectory ours =
        new LeaseDirectory(
            root.resolve("pool"),
            KernelPorts.lock(),
            directory -> Optional.of(deaf),
            Clock.systemUTC());
    ours.hold(soon()).close();
    plainAdd(root.resolve("pool"), "other");
    try (HeldLeases leases = ours.hold(soon())) {
      assertEquals(1, leases.free(owner("other")).size());
    }
  }

  @Test
  void hold_lockHeldByAnother_isElevenAtTheDeadline() throws IOException {
    LeaseDirectory ours = kernelBacked();
    ours.hold(soon()).close();
    FileLock other = FileLock.exclusive(root.resolve("pool/lock"));
    try {
      CniException busy =
          assertThrows(CniException.class, () -> ours.hold(Deadline.in(Duration.ofMillis(30))));
      assertEquals(11, busy.code());
    } finally {
      other.close();
    }
    ours.hold(soon()).close();
  }

  @Test
  void hold_directoryIsAFile_saysSo() throws IOException {
    Files.writeString(root.resolve("pool"), "");
    CniException wrong = assertThrows(CniException.class, () -> kernelBacked().hold(soon()));
    assertEquals(5, wrong.code());
    assertTrue(wrong.getMessage().startsWith("open lease directory "), wrong.getMessage());
  }
}
