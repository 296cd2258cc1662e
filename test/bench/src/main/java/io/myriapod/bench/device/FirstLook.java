package io.myriapod.bench.device;

import io.myriapod.bench.run.BrokenRowException;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.linux.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at a full node in a JVM of its own, from cold to warm. */
public final class FirstLook {
  /** As the launcher has them. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx96m",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileThresholdScaling=0.2",
          "-Xlog:disable",
          "-Xlog:all=error:stderr");

  private FirstLook() {}

  /** Arguments: the sysfs, how many looks; prints the milliseconds of each on a line. */
  public static void main(String[] arguments) {
    CardTree tree = CardTree.full(Path.of(arguments[0]));
    Node.local().openHost().close(); // an agent has called the kernel before
    for (int look = 0; look < Integer.parseInt(arguments[1]); look++) {
      Discovery discovery = tree.discovery();
      long begun = System.nanoTime();
      int found = discovery.read().size();
      double millis = (System.nanoTime() - begun) / 1e6;
      if (found != tree.devices()) {
        throw new BrokenRowException("found %d of %d devices".formatted(found, tree.devices()));
      }
      System.out.println(millis);
    }
  }

  /** Writes the archive of classes that later JVMs use, as the launcher does when it is trained. */
  static void train(Path sysfs, Path archive) {
    run(sysfs, 1, "-XX:ArchiveClassesAtExit=" + archive);
  }

  /** The milliseconds of so many looks of a fresh JVM. */
  static List<Double> in(Path sysfs, Path archive, int looks) {
    return run(sysfs, looks, "-XX:SharedArchiveFile=" + archive);
  }

  private static List<Double> run(Path sysfs, int looks, String flag) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(FLAGS);
    words.add(flag);
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), FirstLook.class.getName()));
    words.addAll(List.of(sysfs.toString(), Integer.toString(looks)));
    try {
      Process process =
          new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String out =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new BrokenRowException(
            "look at %s: exit code %d".formatted(sysfs, process.exitValue()));
      }
      return out.lines().map(Double::valueOf).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("start " + words, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokenRowException("look at %s: interrupted".formatted(sysfs));
    }
  }
}
