package io.myriapod.lab.runner;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/**
 * Runs the tests of a plan in one JVM, which an emulated processor takes half a minute to warm up:
 * one line after the other, two at a time. The console of JUnit would take as long again for its
 * command line.
 *
 * <p>Arguments: the plan, which has {@code MODULE CLASS...} in each line, and a folder for the
 * reports, {@code NUMBER/TEST-junit-jupiter.xml} of each line as it ends. Exit codes: 0 all passed,
 * 1 some did not.
 */
final class LabRun {
  private static final int AT_A_TIME = 2;

  private LabRun() {}

  public static void main(String[] arguments) throws Exception {
    Path reports = Path.of(arguments[1]);
    PrintWriter out = new PrintWriter(System.out, true);
    ExecutorService workers = Executors.newFixedThreadPool(AT_A_TIME);
    List<Future<Boolean>> lines = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      Path folder = reports.resolve(Integer.toString(lines.size() + 1));
      lines.add(workers.submit(() -> passes(line, folder, out)));
    }
    workers.shutdown();
    System.exit(all(lines) ? 0 : 1);
  }

  private static boolean all(List<Future<Boolean>> lines)
      throws InterruptedException, ExecutionException {
    boolean passed = true;
    for (Future<Boolean> line : lines) {
      passed &= line.get();
    }
    return passed;
  }

  private static boolean passes(String line, Path folder, PrintWriter out) throws IOException {
    long start = System.nanoTime();
    Feed feed = new Feed(out);
    LegacyXmlReportGeneratingListener report =
        new LegacyXmlReportGeneratingListener(Files.createDirectories(folder), out);
    LauncherFactory.create().execute(request(line), feed, report);
    out.printf("lab: %s: %d s%n", line, (System.nanoTime() - start) / 1_000_000_000);
    return feed.allPassed();
  }

  private static LauncherDiscoveryRequest request(String line) {
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request()
            .configurationParameter("junit.jupiter.execution.timeout.default", "10m");
    List<String> words = List.of(line.split(" "));
    for (String name : words.subList(1, words.size())) {
      request.selectors(DiscoverySelectors.selectClass(name));
    }
    return request.build();
  }
}
