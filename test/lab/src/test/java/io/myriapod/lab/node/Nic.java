package io.myriapod.lab.node;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** One of the lab's two NICs (igb): a physical function that can have up to seven virtual ones. */
public enum Nic {
  /** Joined with {@link #SECOND} by a hub, as two NICs at one switch. */
  FIRST("0000:01:00.0"),
  /** Joined with {@link #FIRST} by a hub. */
  SECOND("0000:02:00.0");

  /** As many virtual functions as each of them can have. */
  public static final int MOST_VFS = 7;

  private static final Duration SOON = Duration.ofSeconds(20);

  private final PciFunction function;

  Nic(String address) {
    function = new PciFunction(address);
  }

  /** Its physical function. */
  public PciFunction function() {
    return function;
  }

  /** The name of its link. */
  public String link() {
    return function.awaitLink();
  }

  /** Sets it up: its virtual functions have no carrier before. */
  public void up() {
    Command.of("ip", "link", "set", link(), "up").run();
  }

  /** Sets it up and makes so many virtual functions instead of those that are there. */
  public List<PciFunction> createVfs(int count) {
    up();
    if (!vfs().isEmpty()) {
      function.write("sriov_numvfs", "0");
    }
    function.write("sriov_numvfs", Integer.toString(count));
    Waiting.until(SOON, "the carrier of " + this, this::hasCarrier);
    return vfs();
  }

  private boolean hasCarrier() {
    return function.read("net/" + link() + "/carrier").equals("1");
  }

  /** Its virtual functions by index. */
  public List<PciFunction> vfs() {
    return IntStream.range(0, MOST_VFS)
        .mapToObj(index -> function.target("virtfn" + index))
        .flatMap(address -> address.stream())
        .map(PciFunction::new)
        .toList();
  }

  /** Back to what it was after boot: no virtual functions, no addresses, down. */
  public void reset() {
    function.write("sriov_numvfs", "0");
    function.write("sriov_drivers_autoprobe", "1");
    String link = link();
    Command.of("ip", "address", "flush", "dev", link).run();
    Command.of("ip", "link", "set", link, "mtu", "1500", "down").run();
  }

  /** Whether this machine is the lab. */
  static boolean areHere() {
    return Files.isDirectory(Path.of("/run/lab")) && Files.isDirectory(FIRST.function.folder());
  }
}
