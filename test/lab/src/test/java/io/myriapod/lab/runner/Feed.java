package io.myriapod.lab.runner;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Says of each test as it ends what became of it, a line each, and why it failed. */
final class Feed implements TestExecutionListener {
  private static final String DEEPER = " > ";

  private final PrintWriter out;
  private final Map<String, Long> started = new ConcurrentHashMap<>();
  private volatile boolean allPassed = true;
  private TestPlan plan;

  Feed(PrintWriter out) {
    this.out = out;
  }

  /** Whether every test and container has passed that has ended. */
  boolean allPassed() {
    return allPassed;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan testPlan) {
    plan = testPlan;
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    started.put(test.getUniqueId(), System.nanoTime());
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    allPassed = false;
    out.printf("skipped        %s: %s%n", path(test), reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    boolean passed = result.getStatus() == Status.SUCCESSFUL;
    allPassed &= passed;
    if (test.isTest() || !passed) {
      double seconds = (System.nanoTime() - started.remove(test.getUniqueId())) / 1e9;
      out.printf("%-7s %5.1f s %s%n", passed ? "passed" : "failed", seconds, path(test));
    }
    result.getThrowable().ifPresent(thrown -> thrown.printStackTrace(out));
  }

  private String path(TestIdentifier test) {
    StringBuilder path = new StringBuilder(test.getDisplayName());
    Optional<TestIdentifier> above = plan.getParent(test);
    while (above.isPresent() && above.get().getParentId().isPresent()) {
      path.insert(0, above.get().getDisplayName() + DEEPER);
      above = plan.getParent(above.get());
    }
    return path.toString();
  }
}
