package io.myriapod.kubernetes.kubelet;

import io.myriapod.types.Quoted;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * What gRPC itself logs, one line each in the agent's log: left alone it writes the whole trace of
 * each request that is none to stderr, and whoever can connect may send as many as he likes.
 */
final class GrpcLog extends Handler {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("Grpc");
  private static final int MOST_CHARACTERS = 300;
  private static final Duration PAUSE = Duration.ofMinutes(1);

  /** Which object it was, at the end of an object's usual text: it would make each line another. */
  private static final Pattern IDENTITY = Pattern.compile("@[0-9a-f]{1,8}\\b");

  private static final Formatter FORM = new SimpleFormatter();

  /** Kept here: the logging of Java forgets a logger, and what was set in it, that nobody holds. */
  private static final Logger SOURCE = Logger.getLogger("io.grpc");

  private final Consumer<String> log;
  private final LongSupplier nanos;
  private String last = "";
  private long lastAt;

  /**
   * @param nanos as {@link System#nanoTime}
   */
  GrpcLog(Consumer<String> log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
  }

  /** From now on; more than once is the same as once. */
  static synchronized void install() {
    if (SOURCE.getUseParentHandlers()) {
      SOURCE.setUseParentHandlers(false);
      SOURCE.setLevel(Level.WARNING); // a client that hangs up is one of INFO
      SOURCE.addHandler(new GrpcLog(LOG::warn, System::nanoTime));
    }
  }

  /** What is the same as before is not said again for a while. */
  @Override
  public synchronized void publish(LogRecord line) {
    String words = words(line);
    long now = nanos.getAsLong();
    if (!words.equals(last) || now - lastAt > PAUSE.toNanos()) {
      last = words;
      lastAt = now;
      log.accept(words);
    }
  }

  private static String words(LogRecord line) {
    String thrown = Optional.ofNullable(line.getThrown()).map(cause -> ": " + cause).orElse("");
    return Quoted.oneLine(
        IDENTITY.matcher(FORM.formatMessage(line)).replaceAll("") + thrown, MOST_CHARACTERS);
  }

  @Override
  public void flush() {
    // nothing is kept back
  }

  @Override
  public void close() {
    // nothing is open
  }
}
