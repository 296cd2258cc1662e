package io.myriapod.vfio.change;

import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Makes changes of the node that this process runs on. */
public final class NodeHands implements Hands {
  private final Node node;
  private final DeviceTree tree;
  private final DeadlineWriter writer;
  private final Deadlines deadlines;

  public NodeHands(Node node, DeviceTree tree, SysfsWriter writer, Deadlines deadlines) {
    this.node = node;
    this.tree = tree;
    this.writer = new DeadlineWriter(writer, deadlines);
    this.deadlines = deadlines;
  }

  @Override
  public void requireAnswering(PciAddress function) {
    writer.requireAnswering(function);
  }

  @Override
  public void write(Change.Write change) {
    writer.write(change);
  }

  @Override
  public void setUp(Change.SetUp change) {
    onLink(
        change,
        (links, link) -> {
          if (change.up()) {
            links.setUp(link);
          } else {
            links.setDown(link);
          }
        });
  }

  @Override
  public void setMtu(Change.SetMtu change) {
    onLink(change, (links, link) -> links.setMtu(link, change.bytes()));
  }

  private void onLink(Change change, BiConsumer<Links, Link> work) {
    try (NetworkNamespace host = node.openHost()) {
      Links links = host.links();
      Link link =
          tree.linkOf(change.subject(), links)
              .orElseThrow(
                  () ->
                      new DeviceException(
                          DeviceException.Kind.NOT_FOUND,
                          "%s: device %s has no network interface on the node"
                              .formatted(change, change.subject()),
                          "bind its kernel driver, or bring the interface home"));
      work.accept(links, link);
    } catch (ErrnoException e) {
      throw new DeviceException(
          DeviceException.Kind.REFUSED, e.getMessage(), "`dmesg` has the driver's own words", e);
    }
  }

  @Override
  public void loadModule(Change.LoadModule change) {
    try {
      Process process =
          new ProcessBuilder("modprobe", "--", change.name()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(deadlines.each().toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw noModule(change, "not ended within " + deadlines.each().toMillis() + " ms");
      }
      String words =
          new String(process.getInputStream().readNBytes(1_000), StandardCharsets.UTF_8).strip();
      if (process.exitValue() != 0) {
        throw noModule(change, words.isEmpty() ? "exit code " + process.exitValue() : words);
      }
    } catch (IOException e) {
      throw noModule(change, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noModule(change, "interrupted");
    }
  }

  private static DeviceException noModule(Change.LoadModule change, String finding) {
    return new DeviceException(
        DeviceException.Kind.NOT_FOUND,
        "load driver \"%s\": %s".formatted(change.name(), finding),
        "look for it in /sys/bus/pci/drivers; load its module with `modprobe` on the node");
  }

  @Override
  public void writeFile(Change.WriteFile change) {
    try {
      Files.createDirectories(change.file().getParent());
      Files.writeString(change.file(), change.content());
    } catch (IOException e) {
      throw new DeviceException(
          DeviceException.Kind.REFUSED,
          "write %s: %s".formatted(change.file(), e.getMessage()),
          "look at the directory: is it full or read-only?",
          e);
    }
  }

  @Override
  public void deleteFile(Change.DeleteFile change) {
    try {
      Files.deleteIfExists(change.file());
    } catch (IOException e) {
      throw new DeviceException(
          DeviceException.Kind.REFUSED,
          "%s: %s".formatted(change, e.getMessage()),
          "look at the directory: is it read-only?",
          e);
    }
  }
}
